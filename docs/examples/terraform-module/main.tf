# The modules that keysweep wrote of your accounts.json:
#
#     keysweep synth --modules keysweep
#
# Commit the folder. Each new version of it is a diff that you review.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  backend "s3" {
    bucket       = "my-terraform-state"
    key          = "keysweep.tfstate"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["123456789012"]
}

locals {
  tags = { team = "security" }
}

module "ledger" {
  source = "./keysweep/ledger"
  tags   = local.tags
}

module "rotator" {
  source = "./keysweep/rotator"
  tags   = local.tags
}

module "member_roles" {
  source = "./keysweep/member-roles"
  tags   = local.tags
}

# Alarms to somebody else. accounts.json could name them, too: deployment.notifications.
resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = module.rotator.alarm_topic_arn
  protocol  = "https"
  endpoint  = "https://on-call.example.com/keysweep"
}

output "ledger" {
  description = "For keysweep show --ledger."
  value       = "s3://${module.ledger.ledger_bucket}/ledger"
}
