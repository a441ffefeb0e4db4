import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import { type WorkflowClientInterceptor } from '@temporalio/client';
import { type ActivityInterceptorsFactory, type InjectedSinks } from '@temporalio/worker';

export interface Tracing {
  /** Spans of calls that start, query or cancel workflows. */
  readonly client: WorkflowClientInterceptor;
  readonly activities: ActivityInterceptorsFactory;
  /** Takes the spans that workflows record in their sandbox. */
  readonly sinks: InjectedSinks<never>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * OpenTelemetry traces over OTLP/HTTP, where OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) names a collector; off
 * otherwise. The other OTEL_EXPORTER_OTLP_… variables and OTEL_SERVICE_NAME are read as the standard says. Call once
 * a process: the API keeps context and propagator globally.
 */
export function openTracing(env: NodeJS.ProcessEnv, version: string): Tracing | undefined {
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT'] && !env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return undefined;
  const resource = Resource.default().merge(
    new Resource({
      'service.name': env['OTEL_SERVICE_NAME'] || 'stable-segments',
      'service.version': version,
    }),
  );
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    client: new OpenTelemetryWorkflowClientInterceptor() as WorkflowClientInterceptor,
    activities: (activity) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(activity),
      outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
    }),
    sinks: { exporter: makeWorkflowExporter(processor, resource) } as unknown as InjectedSinks<never>,
    close: () => provider.shutdown(),
  };
}
