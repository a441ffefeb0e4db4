output "artifacts_uri" {
  description = "artifacts.uri of the chart, SEGMENTS_ARTIFACTS elsewhere."
  value       = "s3://${aws_s3_bucket.artifacts.bucket}/${var.prefix}"
}

output "worker_role_arn" {
  description = "serviceAccount.annotations: eks.amazonaws.com/role-arn"
  value       = aws_iam_role.worker.arn
}
