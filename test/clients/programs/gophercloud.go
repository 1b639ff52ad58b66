// What gophercloud's users do with image tags: create, list by tags, replace tags, upload, delete. Prints one
// JSON object with what it saw; any error ends it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imagedata"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/pagination"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	auth, err := openstack.AuthOptionsFromEnv()
	must(err)
	provider, err := openstack.AuthenticatedClient(auth)
	must(err)
	client, err := openstack.NewImageServiceV2(provider, gophercloud.EndpointOpts{Region: "RegionOne"})
	must(err)

	visibility := images.ImageVisibilityPrivate
	created, err := images.Create(client, images.CreateOpts{
		Name: "gopher", Visibility: &visibility, Tags: []string{"t1", "a b"},
		DiskFormat: "raw", ContainerFormat: "bare", Properties: map[string]string{"architecture": "x86_64"},
	}).Extract()
	must(err)
	must(imagedata.Upload(client, created.ID, strings.NewReader("some bytes")).ExtractErr())
	uploaded, err := images.Get(client, created.ID).Extract()
	must(err)

	var listed []string
	must(images.List(client, images.ListOpts{Tags: []string{"t1", "a b"}, Limit: 1}).EachPage(
		func(page pagination.Page) (bool, error) {
			found, err := images.ExtractImages(page)
			for _, image := range found {
				listed = append(listed, image.ID)
			}
			return true, err
		}))

	replaced, err := images.Update(client, created.ID, images.UpdateOpts{
		images.ReplaceImageTags{NewTags: []string{"t9", "env=prod"}},
		images.ReplaceImageName{NewName: "gopher two"},
	}).Extract()
	must(err)
	emptied, err := images.Update(client, created.ID, images.UpdateOpts{
		images.ReplaceImageTags{NewTags: []string{}},
	}).Extract()
	must(err)
	must(images.Delete(client, created.ID).ExtractErr())

	sort.Strings(created.Tags)
	sort.Strings(replaced.Tags)
	must(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"id": created.ID, "created": created.Tags, "status": uploaded.Status, "size": uploaded.SizeBytes,
		"checksum": uploaded.Checksum, "listed": listed, "replaced": replaced.Tags, "name": replaced.Name,
		"emptied": emptied.Tags,
	}))
}
