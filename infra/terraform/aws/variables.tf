variable "bucket" {
  description = "Name of the bucket for artifacts."
  type        = string
}

variable "prefix" {
  description = "Folder of the store in the bucket: artifacts are s3://bucket/prefix."
  type        = string
  default     = "store"
}

variable "kms_key_arn" {
  description = "Key that encrypts the bucket; null takes S3's own."
  type        = string
  default     = null
}

variable "old_version_days" {
  description = "Days that replaced versions of index and champion pointer are kept."
  type        = number
  default     = 90
}

variable "rescore_days" {
  description = "Days that re-scorings are kept."
  type        = number
  default     = 400
}

variable "role_name" {
  description = "Name of the role that workers take."
  type        = string
  default     = "stable-segments-worker"
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's OIDC provider."
  type        = string
}

variable "oidc_issuer" {
  description = "The provider's issuer without https://."
  type        = string
}

variable "kubernetes_namespace" {
  description = "Namespace of the Helm release."
  type        = string
  default     = "stable-segments"
}

variable "service_account" {
  description = "Service account of the chart: the release's name."
  type        = string
  default     = "stable-segments"
}
