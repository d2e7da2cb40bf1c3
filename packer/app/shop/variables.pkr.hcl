# The template contract: what the bakery tells every template. An empty value means "not set".
variable "source_ami" {
  type        = string
  description = "The AMI to build on, resolved by the bakery."
}

variable "ami_name" {
  type        = string
  description = "Unique for each bake: it is how a bake is never adopted twice."
}

variable "bake_id" {
  type        = string
  description = "Goes on everything that the build launches, so that leftovers can be found."
}

variable "region" {
  type = string
}

variable "instance_type" {
  type    = string
  default = "m7i.large"
}

variable "iam_instance_profile" {
  type    = string
  default = ""
}

variable "subnet_id" {
  type    = string
  default = ""
}

variable "security_group_id" {
  type    = string
  default = ""
}

variable "associate_public_ip_address" {
  type        = bool
  default     = null
  description = "Not set: as the subnet does."
}

variable "ssh_interface" {
  type        = string
  default     = ""
  description = "private_ip, public_ip, or session_manager, which needs no open port and an instance profile."
}

variable "timeout_minutes" {
  type    = number
  default = 60
}

variable "tags" {
  type    = map(string)
  default = {}
}
