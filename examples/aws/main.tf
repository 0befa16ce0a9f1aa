# A SageMaker asynchronous endpoint with its bucket, topics, queue and dead-letter queue, the role of the route that uses it, and
# scaling from zero. The same as cloudformation.yaml.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "endpoint_name" {
  type        = string
  default     = "summarizer"
  description = "Names the endpoint, and begins the names of its topics"
}

variable "bucket_name" {
  type        = string
  description = "The bucket to make, for payloads (in/), results (out/) and failures (failed/)"
}

variable "queue_name" {
  type        = string
  default     = "summaries"
  description = "The queue to make, which the option notificationQueue names"
}

variable "image" {
  type        = string
  description = "The container of the model in Amazon ECR, account.dkr.ecr.region.amazonaws.com/name:tag"
}

variable "model_data_url" {
  type        = string
  default     = null
  description = "The model's s3://bucket/key.tar.gz, below in/model/ of the bucket to make or readable otherwise; null if the image has it"
}

variable "instance_type" {
  type    = string
  default = "ml.m5.xlarge"
}

variable "max_concurrent_invocations" {
  type        = number
  default     = 4
  description = "How many requests one instance works on at once"
}

variable "max_instances" {
  type    = number
  default = 2
}

variable "route_principal" {
  type        = string
  default     = "ecs-tasks.amazonaws.com"
  description = "The AWS service that runs Camel, and takes the route's role for it"
}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  account = "${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket" "bucket" {
  bucket = var.bucket_name
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  bucket                  = aws_s3_bucket.bucket.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  bucket = aws_s3_bucket.bucket.id

  rule {
    id     = "UnfinishedUploads"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_sns_topic" "success" {
  name = "${var.endpoint_name}-success"
}

resource "aws_sns_topic" "error" {
  name = "${var.endpoint_name}-error"
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.queue_name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "results" {
  name                       = var.queue_name
  visibility_timeout_seconds = 60
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

data "aws_iam_policy_document" "results" {
  statement {
    sid       = "OnlyTheTopicsMaySend"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.results.arn]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.success.arn, aws_sns_topic.error.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "results" {
  queue_url = aws_sqs_queue.results.id
  policy    = data.aws_iam_policy_document.results.json
}

resource "aws_sns_topic_subscription" "success" {
  topic_arn            = aws_sns_topic.success.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.results.arn
  raw_message_delivery = true
}

resource "aws_sns_topic_subscription" "error" {
  topic_arn            = aws_sns_topic.error.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.results.arn
  raw_message_delivery = true
}

data "aws_iam_policy_document" "sagemaker_takes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "ReadPayloads"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.bucket.arn}/in/*"]
  }

  statement {
    sid       = "WriteResultsAndFailures"
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.bucket.arn}/out/*", "${aws_s3_bucket.bucket.arn}/failed/*"]
  }

  statement {
    sid       = "FindTheBucket"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.bucket.arn]
  }

  statement {
    sid       = "TellOfResults"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.success.arn, aws_sns_topic.error.arn]
  }

  statement {
    sid = "FetchTheImage"
    actions = [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["arn:${data.aws_partition.current.partition}:logs:${local.account}:log-group:/aws/sagemaker/Endpoints/*"]
  }

  statement {
    sid       = "WriteMetrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "execution" {
  name_prefix        = "sagemaker-async-"
  description        = "What SageMaker does for the endpoint"
  assume_role_policy = data.aws_iam_policy_document.sagemaker_takes.json
}

resource "aws_iam_role_policy" "execution" {
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_sagemaker_model" "model" {
  execution_role_arn = aws_iam_role.execution.arn

  primary_container {
    image          = var.image
    model_data_url = var.model_data_url
  }

  depends_on = [aws_iam_role_policy.execution]
}

resource "aws_sagemaker_endpoint_configuration" "config" {
  name_prefix = "${var.endpoint_name}-"

  production_variants {
    variant_name           = "AllTraffic"
    model_name             = aws_sagemaker_model.model.name
    instance_type          = var.instance_type
    initial_instance_count = 1
    initial_variant_weight = 1
  }

  async_inference_config {
    client_config {
      max_concurrent_invocations_per_instance = var.max_concurrent_invocations
    }

    output_config {
      s3_output_path  = "s3://${aws_s3_bucket.bucket.bucket}/out/"
      s3_failure_path = "s3://${aws_s3_bucket.bucket.bucket}/failed/"

      notification_config {
        success_topic                 = aws_sns_topic.success.arn
        error_topic                   = aws_sns_topic.error.arn
        include_inference_response_in = ["SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"]
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint" "endpoint" {
  name                 = var.endpoint_name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.config.name
}

resource "aws_appautoscaling_target" "endpoint" {
  service_namespace  = "sagemaker"
  resource_id        = "endpoint/${aws_sagemaker_endpoint.endpoint.name}/variant/AllTraffic"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  min_capacity       = 0
  max_capacity       = var.max_instances
}

resource "aws_appautoscaling_policy" "backlog" {
  name               = "${var.endpoint_name}-backlog"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.endpoint.service_namespace
  resource_id        = aws_appautoscaling_target.endpoint.resource_id
  scalable_dimension = aws_appautoscaling_target.endpoint.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 5
    scale_in_cooldown  = 600
    scale_out_cooldown = 300

    customized_metric_specification {
      namespace   = "AWS/SageMaker"
      metric_name = "ApproximateBacklogSizePerInstance"
      statistic   = "Average"

      dimensions {
        name  = "EndpointName"
        value = aws_sagemaker_endpoint.endpoint.name
      }
    }
  }
}

resource "aws_appautoscaling_policy" "from_zero" {
  name               = "${var.endpoint_name}-from-zero"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.endpoint.service_namespace
  resource_id        = aws_appautoscaling_target.endpoint.resource_id
  scalable_dimension = aws_appautoscaling_target.endpoint.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Average"
    cooldown                = 300

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "backlog_without_capacity" {
  alarm_name          = "${var.endpoint_name}-backlog-without-capacity"
  alarm_description   = "Requests wait, and no instance is there"
  namespace           = "AWS/SageMaker"
  metric_name         = "HasBacklogWithoutCapacity"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "missing"
  alarm_actions       = [aws_appautoscaling_policy.from_zero.arn]

  dimensions = {
    EndpointName = aws_sagemaker_endpoint.endpoint.name
  }
}

data "aws_iam_policy_document" "route" {
  statement {
    sid       = "Invoke"
    actions   = ["sagemaker:InvokeEndpointAsync"]
    resources = ["arn:${data.aws_partition.current.partition}:sagemaker:${local.account}:endpoint/${var.endpoint_name}"]
  }

  statement {
    sid       = "StageLargePayloads"
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.bucket.arn}/in/*"]
  }

  statement {
    sid       = "FindAwaitedResults"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.bucket.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["out/camel-await/*"]
    }
  }

  statement {
    sid       = "ReadResultsAndFailures"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.bucket.arn}/out/camel-await/*", "${aws_s3_bucket.bucket.arn}/failed/*"]
  }

  statement {
    sid       = "DeleteDeliveredResults"
    actions   = ["s3:DeleteObject"]
    resources = ["${aws_s3_bucket.bucket.arn}/out/camel-await/*"]
  }

  statement {
    sid = "ReceiveNotifications"
    actions = [
      "sqs:GetQueueUrl",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
    ]
    resources = [aws_sqs_queue.results.arn]
  }

  statement {
    sid       = "ReadResults"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.bucket.arn}/out/*", "${aws_s3_bucket.bucket.arn}/failed/*"]
  }

  statement {
    sid       = "DescribeEndpoint"
    actions   = ["sagemaker:DescribeEndpoint"]
    resources = ["arn:${data.aws_partition.current.partition}:sagemaker:${local.account}:endpoint/${var.endpoint_name}"]
  }

  statement {
    sid       = "DescribeItsConfiguration"
    actions   = ["sagemaker:DescribeEndpointConfig"]
    resources = ["arn:${data.aws_partition.current.partition}:sagemaker:${local.account}:endpoint-config/*"]
  }
}

data "aws_iam_policy_document" "camel_takes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [var.route_principal]
    }
  }
}

resource "aws_iam_policy" "route" {
  name_prefix = "sagemaker-async-route-"
  description = "What a route that sends to the endpoint, awaits results and receives them by the queue is allowed to do"
  policy      = data.aws_iam_policy_document.route.json
}

resource "aws_iam_role" "route" {
  name_prefix        = "sagemaker-async-route-"
  description        = "What Camel runs with"
  assume_role_policy = data.aws_iam_policy_document.camel_takes.json
}

resource "aws_iam_role_policy_attachment" "route" {
  role       = aws_iam_role.route.name
  policy_arn = aws_iam_policy.route.arn
}

output "bucket" {
  value = aws_s3_bucket.bucket.bucket
}

output "queue_url" {
  value = aws_sqs_queue.results.url
}

output "success_topic_arn" {
  value = aws_sns_topic.success.arn
}

output "error_topic_arn" {
  value = aws_sns_topic.error.arn
}

output "route_role_arn" {
  value = aws_iam_role.route.arn
}

output "route_policy_arn" {
  value = aws_iam_policy.route.arn
}

output "consumer" {
  description = "The whole consumer"
  value       = "sagemaker-async:${var.endpoint_name}?discoverEndpoint=true&notificationQueue=${var.queue_name}"
}
