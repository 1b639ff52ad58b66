// Calls what chnsz/golangsdk, which Terraform's provider huaweicloud is made of, has for images: a line of JSON for each.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/chnsz/golangsdk"
	"github.com/chnsz/golangsdk/openstack"
	"github.com/chnsz/golangsdk/openstack/imageservice/v2/imagedata"
	"github.com/chnsz/golangsdk/openstack/imageservice/v2/imageimport"
	"github.com/chnsz/golangsdk/openstack/imageservice/v2/images"
	"github.com/chnsz/golangsdk/openstack/imageservice/v2/members"
	"github.com/chnsz/golangsdk/openstack/imageservice/v2/tasks"
	"github.com/chnsz/golangsdk/openstack/ims/v1/imagecopy"
	"github.com/chnsz/golangsdk/openstack/ims/v2/cloudimages"
	"github.com/chnsz/golangsdk/openstack/ims/v2/tags"
)

func client(who, version string) *golangsdk.ServiceClient {
	url := os.Getenv("IMS_URL") + "/"
	provider, err := openstack.NewClient(url + "v3")
	if err != nil {
		panic(err)
	}
	provider.ProjectID = os.Getenv(who + "_PROJECT")
	provider.AKSKAuthOptions = golangsdk.AKSKAuthOptions{
		IdentityEndpoint: url + "v3",
		ProjectId:        os.Getenv(who + "_PROJECT"),
		AccessKey:        os.Getenv(who + "_AK"),
		SecretKey:        os.Getenv(who + "_SK"),
	}
	return &golangsdk.ServiceClient{ProviderClient: provider, Endpoint: url, ResourceBase: url + version + "/"}
}

func say(call string, err error, wrong ...string) {
	result := "ok"
	if err != nil {
		result = err.Error()
	} else if len(wrong) > 0 {
		result = strings.Join(wrong, ", ")
	}
	line, _ := json.Marshal(map[string]string{"call": call, "result": result})
	fmt.Println(string(line))
}

func unless(holds bool, what string) []string {
	if holds {
		return nil
	}
	return []string{what}
}

// The image that the job makes.
func imageOf(client *golangsdk.ServiceClient, call string, result cloudimages.JobResult) string {
	job, err := result.ExtractJobResponse()
	if err == nil {
		err = cloudimages.WaitForJobSuccess(client, 60, job.JobID)
	}
	say(call, err)
	if err != nil {
		return ""
	}
	entity, err := cloudimages.GetJobEntity(client, job.JobID, "image_id")
	say(call+": GetJobEntity", err)
	id, _ := entity.(string)
	return id
}

func registrations(v1, v2 *golangsdk.ServiceClient) string {
	byServer := cloudimages.CreateByServerOpts{Name: "server", InstanceId: "i", ImageTags: []cloudimages.ImageTag{{Key: "a", Value: "b"}}}
	id := imageOf(v2, "CreateImageByServer", cloudimages.CreateImageByServer(v2, byServer))
	byFile := cloudimages.CreateByOBSOpts{Name: "file", ImageUrl: "b:f.qcow2", MinDisk: 40, OsVersion: "CentOS 7.0 64bit"}
	imageOf(v2, "CreateImageByOBS", cloudimages.CreateImageByOBS(v2, byFile))
	byVolume := cloudimages.CreateSystemImageByVolumeOpts{Name: "volume", VolumeId: "v", OsVersion: "CentOS 7.0 64bit"}
	imageOf(v2, "CreateImageByServer (volume)", cloudimages.CreateImageByServer(v2, byVolume))
	disks := []cloudimages.DataImage{{Name: "disk", VolumeId: "v"}}
	data := cloudimages.CreateDataImageByServerOpts{DataImages: disks}
	imageOf(v2, "CreateDataImageByServer", cloudimages.CreateDataImageByServer(v2, data))
	dataFile := cloudimages.CreateDataImageByOBSOpts{Name: "data", OsType: "Linux", ImageUrl: "b:f", MinDisk: 40}
	imageOf(v2, "CreateDataImageByOBS", cloudimages.CreateDataImageByOBS(v1, dataFile))
	whole := cloudimages.CreateWholeImageOpts{Name: "whole", InstanceId: "i", VaultId: "v"}
	imageOf(v2, "CreateWholeImageByServer", cloudimages.CreateWholeImageByServer(v1, whole))
	backup := cloudimages.CreateWholeImageOpts{Name: "backup", BackupId: "b", WholeImageType: "CBR"}
	imageOf(v2, "CreateWholeImageByBackup", cloudimages.CreateWholeImageByBackup(v1, backup))
	return id
}

func copies(v1, v2 *golangsdk.ServiceClient, id string) {
	within := imagecopy.WithinRegionCopy(v1, id, imagecopy.WithinRegionCopyOpts{Name: "copy"})
	imageOf(v2, "WithinRegionCopy", cloudimages.JobResult{Result: within.Result})
	region := os.Getenv("OTHER_REGION")
	across := imagecopy.CrossRegionCopy(v1, id, imagecopy.CrossRegionCopyOpts{
		Name: "copy", TargetRegion: region, TargetProjectName: region, AgencyName: "agency"})
	imageOf(v2, "CrossRegionCopy", cloudimages.JobResult{Result: across.Result})
}

func lists(v2 *golangsdk.ServiceClient, id string) {
	pages, err := cloudimages.List(v2, cloudimages.ListOpts{ID: id}).AllPages()
	if err == nil {
		var found []cloudimages.Image
		found, err = cloudimages.ExtractImages(pages)
		say("cloudimages.List", err, unless(len(found) == 1 && found[0].Status == "active", "not found")...)
	} else {
		say("cloudimages.List", err)
	}
	change := cloudimages.UpdateOpts{cloudimages.UpdateImageProperty{Op: cloudimages.ReplaceOp, Name: "name", Value: "new"}}
	say("cloudimages.Update", cloudimages.Update(v2, id, change).Err)
	wanted := []tags.Tag{{Key: "k", Value: "v"}}
	say("tags.BatchAction create", tags.BatchAction(v2, id, tags.BatchOpts{Action: tags.ActionCreate, Tags: wanted}).Err)
	got, err := tags.Get(v2, id).Extract()
	say("tags.Get", err, unless(err == nil && len(got.Tags) == 2, "other tags")...)
	say("tags.BatchAction delete", tags.BatchAction(v2, id, tags.BatchOpts{Action: tags.ActionDelete, Tags: wanted}).Err)
}

func native(v2, other *golangsdk.ServiceClient) {
	visibility := images.ImageVisibilityPrivate
	made, err := images.Create(v2, images.CreateOpts{Name: "native", DiskFormat: "raw", ContainerFormat: "bare", Visibility: &visibility}).Extract()
	say("images.Create", err)
	if err != nil {
		return
	}
	say("imagedata.Upload", imagedata.Upload(v2, made.ID, strings.NewReader("data")).Err)
	say("imagedata.Download", imagedata.Download(v2, made.ID).Err)
	got, err := images.Get(v2, made.ID).Extract()
	say("images.Get", err, unless(err == nil && got.Status == images.ImageStatusActive, "not active")...)
	shared := images.UpdateOpts{images.UpdateVisibility{Visibility: images.ImageVisibilityShared}, images.ReplaceImageTags{NewTags: []string{"t"}}}
	say("images.Update", images.Update(v2, made.ID, shared).Err)
	project := os.Getenv("OTHER_PROJECT")
	_, err = members.Create(v2, made.ID, project).Extract()
	say("members.Create", err)
	_, err = members.List(v2, made.ID).AllPages()
	say("members.List", err)
	_, err = members.Get(v2, made.ID, project).Extract()
	say("members.Get", err)
	say("members.Update", members.Update(other, made.ID, project, members.UpdateOpts{Status: "accepted"}).Err)
	say("members.Delete", members.Delete(v2, made.ID, project).Err)
	say("images.Delete", images.Delete(v2, made.ID).Err)
}

func imports(v2 *golangsdk.ServiceClient) {
	info, err := imageimport.Get(v2).Extract()
	say("imageimport.Get", err, unless(err == nil && len(info.ImportMethods.Value) > 0, "no methods")...)
	made, err := images.Create(v2, images.CreateOpts{Name: "staged", DiskFormat: "raw", ContainerFormat: "bare"}).Extract()
	if err != nil {
		say("imagedata.Stage", err)
		return
	}
	say("imagedata.Stage", imagedata.Stage(v2, made.ID, strings.NewReader("data")).Err)
	pages, err := images.List(v2, images.ListOpts{Name: "staged"}).AllPages()
	if err == nil {
		var found []images.Image
		found, err = images.ExtractImages(pages)
		say("images.List", err, unless(len(found) == 1 && found[0].ID == made.ID, "not found")...)
	} else {
		say("images.List", err)
	}
}

// Tasks are for administrators, by Glance's default policy.
func refusedTasks(v2 *golangsdk.ServiceClient) {
	_, list := tasks.List(v2, tasks.ListOpts{}).AllPages()
	_, create := tasks.Create(v2, tasks.CreateOpts{Type: "import", Input: map[string]interface{}{}}).Extract()
	_, get := tasks.Get(v2, "67e17426-359e-49fb-aa12-0bd1756ec240").Extract()
	for call, err := range map[string]error{"tasks.List": list, "tasks.Create": create, "tasks.Get": get} {
		_, isRefused := err.(golangsdk.ErrDefault403)
		say(call+" (403)", nil, unless(isRefused, fmt.Sprint("not refused: ", err))...)
	}
}

func main() {
	v1, v2, other := client("OWN", "v1"), client("OWN", "v2"), client("OTHER", "v2")
	id := registrations(v1, v2)
	copies(v1, v2, id)
	lists(v2, id)
	native(v2, other)
	imports(v2)
	refusedTasks(v2)
}
