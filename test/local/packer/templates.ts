/** A template of today's Packer: half of it is news to a Packer 1.6.6. */
export const modern = `packer {
  required_version = ">= 1.9.0"
  required_plugins {
    amazon = { version = ">= 1.2.8", source = "github.com/hashicorp/amazon" }
  }
}

variable "source_ami" {
  type    = string
  default = "ami-01ccc867"
}

variable "ami_name" {
  type = string
}

locals {
  marker = "a } in a string, and \${var.ami_name}"
}

source "amazon-ebs" "web" {
  region                  = "eu-west-1"
  source_ami              = var.source_ami
  ami_name                = var.ami_name
  instance_type           = "t3.micro"
  ssh_username            = "ec2-user"
  ssh_interface           = "session_manager"
  temporary_key_pair_type = "ed25519" # as the fleet has it
  imds_support            = "v2.0"
  shutdown_behavior       = "terminate"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  aws_polling {
    delay_seconds = 15
    max_attempts  = 120
  }

  launch_block_device_mappings {
    device_name = "/dev/xvda"
    volume_size = 20
    volume_type = "gp3"
  }

  run_tags = { "bakery:bake" = "b-test" }
  tags = {
    Name   = var.ami_name
    Marker = local.marker
  }
}

build {
  sources = ["source.amazon-ebs.web"]

  provisioner "file" {
    source      = "\${path.root}/../common/motd"
    destination = "/tmp/motd"
  }

  provisioner "shell" {
    inline = [
      "sleep 300",
      "sudo mv /tmp/motd /etc/motd",
    ]
  }

  post-processor "manifest" {
    output = "manifest.json"
  }
}
`;

/** A small one, with what its provisioner runs. */
export const shell = (lines: string[], more = ''): string => `source "amazon-ebs" "web" {
  region        = "eu-west-1"
  source_ami    = "ami-01ccc867"
  ami_name      = "web {{timestamp}}"
  instance_type = "t3.micro"
  ssh_username  = "ec2-user"
  ${more}
}
build {
  sources = ["source.amazon-ebs.web"]
  provisioner "shell" {
    inline = ${JSON.stringify(lines)}
  }
}
`;
