/** What the suite applies, as an admin of devstack. */
export const configuration = `
terraform {
  required_providers {
    openstack = { source = "terraform-provider-openstack/openstack" }
  }
}

variable "tags" { type = set(string) }
variable "url" {}
variable "password" { sensitive = true }

provider "openstack" {}

provider "openstack" {
  alias       = "other"
  user_name   = "alt_demo"
  tenant_name = "alt_demo"
  password    = var.password
}

data "openstack_identity_project_v3" "other" {
  name = "alt_demo"
}

resource "openstack_images_image_v2" "image" {
  name             = "tofu-image"
  local_file_path  = "image.raw"
  container_format = "bare"
  disk_format      = "raw"
  visibility       = "shared"
  min_disk_gb      = 1
  tags             = var.tags
  properties       = { os_distro = "debian", hw_disk_bus = "scsi" }

  # An import does not know where the data came from, and would replace the image.
  lifecycle {
    ignore_changes = [local_file_path, image_cache_path]
  }
}

resource "openstack_images_image_v2" "downloaded" {
  name             = "tofu-downloaded"
  image_source_url = var.url
  web_download     = true
  container_format = "bare"
  disk_format      = "qcow2"
  tags             = ["downloaded"]
}

resource "openstack_images_image_access_v2" "member" {
  image_id  = openstack_images_image_v2.image.id
  member_id = data.openstack_identity_project_v3.other.id
}

resource "openstack_images_image_access_accept_v2" "accept" {
  provider = openstack.other
  image_id = openstack_images_image_access_v2.member.image_id
  status   = "accepted"
}

data "openstack_images_image_v2" "one" {
  name       = openstack_images_image_v2.image.name
  tag        = "two"
  depends_on = [openstack_images_image_v2.image]
}

data "openstack_images_image_ids_v2" "several" {
  tags       = ["two"]
  depends_on = [openstack_images_image_v2.image]
}

resource "openstack_identity_project_v3" "project" {
  name        = "tofu-project"
  description = "Made by OpenTofu"
  tags        = ["one"]
}

resource "openstack_identity_user_v3" "user" {
  name               = "tofu-user"
  default_project_id = openstack_identity_project_v3.project.id
  password           = var.password
}

resource "openstack_identity_role_v3" "role" {
  name = "tofu-role"
}

resource "openstack_identity_role_assignment_v3" "assignment" {
  project_id = openstack_identity_project_v3.project.id
  user_id    = openstack_identity_user_v3.user.id
  role_id    = openstack_identity_role_v3.role.id
}

resource "openstack_identity_application_credential_v3" "credential" {
  name        = "tofu-credential"
  description = "Made by OpenTofu"
}

output "downloaded" { value = openstack_images_image_v2.downloaded.size_bytes }
output "image" { value = openstack_images_image_v2.image.id }
output "found" { value = data.openstack_images_image_v2.one.id }
output "several" { value = data.openstack_images_image_ids_v2.several.ids }
`;
