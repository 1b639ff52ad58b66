// If-Match from gophercloud, as docs/guarded-changes.md shows it. Prints one JSON object.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func status(_ interface{}, err error) int {
	if err == nil {
		return 204
	}
	if unexpected, ok := err.(gophercloud.ErrUnexpectedResponseCode); ok {
		return unexpected.Actual
	}
	must(err)
	return 0
}

func main() {
	auth, err := openstack.AuthOptionsFromEnv()
	must(err)
	provider, err := openstack.AuthenticatedClient(auth)
	must(err)
	client, err := openstack.NewImageServiceV2(provider, gophercloud.EndpointOpts{Region: "RegionOne"})
	must(err)
	created, err := images.Create(client, images.CreateOpts{Name: "guarded", Tags: []string{"t"}}).Extract()
	must(err)

	read := images.Get(client, created.ID)
	must(read.Err)
	guard := &gophercloud.RequestOpts{
		MoreHeaders: map[string]string{"If-Match": read.Header.Get("ETag")},
		OkCodes:     []int{204},
	}
	first := status(client.Put(client.ServiceURL("images", created.ID, "tags", "first"), nil, nil, guard))
	second := status(client.Put(client.ServiceURL("images", created.ID, "tags", "second"), nil, nil, guard))
	must(json.NewEncoder(os.Stdout).Encode(map[string]int{"first": first, "second": second}))
}
