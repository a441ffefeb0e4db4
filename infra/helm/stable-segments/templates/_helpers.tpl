{{- define "segments.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* What a Deployment selects by; never changes, so no version here. Call with (dict "root" $ "component" "…"). */}}
{{- define "segments.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "segments.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Everything of a pod that does not depend on what it does. */}}
{{- define "segments.pod" -}}
serviceAccountName: {{ .Release.Name }}
automountServiceAccountToken: {{ not (empty .Values.serviceAccount.annotations) }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
# The worker's grace time and force time (temporal.config.ts), and a little to close connections.
terminationGracePeriodSeconds: 40
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "segments.container" -}}
image: {{ include "segments.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- with .Values.existingSecret }}
envFrom:
  - secretRef: { name: {{ . }} }
{{- end }}
{{- end }}

{{- define "segments.environment" -}}
- { name: TEMPORAL_ADDRESS, value: {{ .Values.temporal.address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ .Values.temporal.namespace | quote }} }
{{- if .Values.temporal.tls }}
- { name: TEMPORAL_TLS, value: 'true' }
{{- end }}
- { name: SEGMENTS_ARTIFACTS, value: {{ .Values.artifacts.uri | quote }} }
{{- with .Values.artifacts.region }}
- { name: AWS_REGION, value: {{ . | quote }} }
{{- end }}
{{- with .Values.artifacts.endpoint }}
- { name: AWS_ENDPOINT_URL_S3, value: {{ . | quote }} }
{{- end }}
- { name: SEGMENTS_LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
{{- with .Values.tracing.endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{- define "segments.workerEnvironment" -}}
{{ include "segments.environment" . }}
- { name: SEGMENTS_METRICS_ADDRESS, value: {{ printf "0.0.0.0:%d" (int .Values.metrics.port) | quote }} }
{{- with .Values.deployment.name }}
- { name: SEGMENTS_DEPLOYMENT, value: {{ . | quote }} }
- name: SEGMENTS_BUILD_ID
  value: {{ $.Values.deployment.buildId | default $.Values.image.tag | default $.Chart.AppVersion | quote }}
{{- end }}
{{- end }}

{{/* A worker that is stuck answers no scrape; one that only waits for work does. */}}
{{- define "segments.workerProbes" -}}
ports:
  - { name: metrics, containerPort: {{ .Values.metrics.port }} }
startupProbe:
  httpGet: { path: /metrics, port: metrics }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /metrics, port: metrics }
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}
