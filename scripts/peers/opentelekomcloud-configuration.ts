/** What the suite applies: every resource and data source of images that the provider has. */
export const configuration = `
terraform {
  required_providers {
    opentelekomcloud = { source = "opentelekomcloud/opentelekomcloud" }
  }
}

variable "name" {}
variable "tags" { type = map(string) }
variable "member" {}
variable "password" { sensitive = true }

locals {
  texts = [for key, value in var.tags : "\${key}=\${value}"]
  some  = "54a6c3a4-8511-4d01-818f-3fe5177cbb06"
}

provider "opentelekomcloud" {}

provider "opentelekomcloud" {
  alias       = "other"
  user_name   = "alt_demo"
  tenant_name = "alt_demo"
  password    = var.password
}

# Sent without its disk_format, which the provider keeps to itself.
resource "opentelekomcloud_images_image_v2" "uploaded" {
  name             = "\${var.name}-uploaded"
  local_file_path  = "image.raw"
  container_format = "bare"
  disk_format      = "qcow2"
  tags             = local.texts

  # An import does not know where the data came from, and would replace the image.
  lifecycle { ignore_changes = [local_file_path, image_cache_path] }
}

resource "opentelekomcloud_images_image_access_v2" "member" {
  image_id  = opentelekomcloud_images_image_v2.uploaded.id
  member_id = var.member
}

resource "opentelekomcloud_images_image_access_accept_v2" "accept" {
  provider  = opentelekomcloud.other
  image_id  = opentelekomcloud_images_image_access_v2.member.image_id
  member_id = var.member
  status    = "accepted"
}

resource "opentelekomcloud_ims_image_v2" "server" {
  name        = "\${var.name}-server"
  instance_id = local.some
  description = "Made by OpenTofu"
  tags        = var.tags

  lifecycle { ignore_changes = [instance_id, description, is_config] }
}

resource "opentelekomcloud_ims_image_v2" "file" {
  name       = "\${var.name}-file"
  image_url  = "ims-image:centos70.qcow2"
  min_disk   = 40
  os_version = "CentOS 7.0 64bit"
  tags       = var.tags
}

resource "opentelekomcloud_ims_image_v2" "volume" {
  name       = "\${var.name}-volume"
  volume_id  = local.some
  os_version = "CentOS 7.0 64bit"
  tags       = var.tags
}

resource "opentelekomcloud_ims_data_image_v2" "data" {
  name        = "\${var.name}-data"
  volume_id   = local.some
  description = "Made by OpenTofu"
  tags        = var.tags

  lifecycle { ignore_changes = [volume_id] }
}

data "opentelekomcloud_images_image_v2" "one" {
  name       = opentelekomcloud_ims_image_v2.server.name
  tag        = local.texts[0]
  visibility = "private"
  depends_on = [opentelekomcloud_ims_image_v2.server]
}

output "uploaded" { value = opentelekomcloud_images_image_v2.uploaded.id }
output "server" { value = opentelekomcloud_ims_image_v2.server.id }
output "data" { value = opentelekomcloud_ims_data_image_v2.data.id }
output "found" { value = data.opentelekomcloud_images_image_v2.one.id }
`;
