packer {
  required_version = ">= 1.6.6"
  required_plugins {
    amazon = {
      version = ">= 1.8.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}

source "amazon-ebs" "web" {
  ami_name      = var.ami_name
  source_ami    = var.source_ami
  region        = var.region
  instance_type = var.instance_type
  imds_support  = "v2.0"

  iam_instance_profile        = var.iam_instance_profile
  subnet_id                   = var.subnet_id
  security_group_id           = var.security_group_id
  associate_public_ip_address = var.associate_public_ip_address

  # Without a security group of your own, packer makes one. Left to itself it opens port 22 to the world.
  temporary_security_group_source_public_ip = var.security_group_id == ""

  communicator  = "ssh"
  ssh_username  = "ec2-user"
  ssh_interface = var.ssh_interface
  ssh_timeout   = "5m"

  temporary_key_pair_type = "ed25519"

  # A build that is stopped cannot clean up after itself: see common/dead-mans-switch.sh.
  shutdown_behavior = "terminate"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Encrypted from the first block on. encrypt_boot would copy the whole AMI once more. The account's default key cannot
  # be used by other accounts: name one in kms_key_id before you share with accounts that cannot read your default key.
  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    iops                  = 3000
    throughput            = 125 # MiB/s, included in the price; more of it makes the snapshot faster
    delete_on_termination = true
    # encrypted  = true
    # kms_key_id = "alias/golden-ami"
  }

  # Both, always: attempts without a delay are two seconds apart. This waits an hour for the AMI.
  aws_polling {
    delay_seconds = 15
    max_attempts  = 240
  }

  # At launch, so that policies and the janitor see them while the build is still running.
  tags            = merge(var.tags, { "bakery:bake" = var.bake_id })
  run_tags        = merge(var.tags, { "bakery:bake" = var.bake_id, Name = "bakery ${var.ami_name}" })
  run_volume_tags = merge(var.tags, { "bakery:bake" = var.bake_id })
  snapshot_tags   = merge(var.tags, { "bakery:bake" = var.bake_id })
}

variable "nginx_version" {
  type        = string
  description = "Set in bakery.yml; a change of it is a change of the image."
}

build {
  sources = ["source.amazon-ebs.web"]

  provisioner "file" {
    source      = "common/dead-mans-switch.sh"
    destination = "/tmp/dead-mans-switch.sh"
  }

  provisioner "shell" {
    inline = ["sh /tmp/dead-mans-switch.sh ${var.timeout_minutes}", "rm /tmp/dead-mans-switch.sh"]
  }

  provisioner "shell" {
    environment_vars = ["NGINX_VERSION=${var.nginx_version}"]
    scripts          = ["web/install.sh", "common/list-packages.sh", "common/leave-no-trace.sh"]
  }

  # What is there now goes into the image. The same checks look at the running candidate, where its first boot hides some.
  provisioner "shell" {
    environment_vars = ["IMAGE_STATE=sealed"]
    execute_command  = "chmod +x {{ .Path }}; sudo env {{ .Vars }} {{ .Path }}"
    scripts = [
      "checks/no-authorized-keys.sh",
      "checks/no-credentials.sh",
      "checks/no-machine-id.sh",
      "checks/no-ssh-host-keys.sh",
    ]
  }
}
