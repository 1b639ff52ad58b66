// Tests against Tagway: go test ./...
package tags

import (
	"testing"

	"tagway/go/tagwaytest"
)

type image struct {
	ID   string
	Tags []string
}

func TestTagIsKeyWithValue(t *testing.T) {
	t.Parallel()
	project := tagwaytest.Start(t)
	var made image
	project.Call("POST", "/v2/images", map[string]any{"name": "base", "tags": []string{"env=prod"}}, &made)
	var found struct{ Tags []struct{ Key, Value string } }
	project.Call("GET", "/v2/"+project.ID+"/images/"+made.ID+"/tags", nil, &found)
	if len(found.Tags) != 1 || found.Tags[0].Key != "env" || found.Tags[0].Value != "prod" {
		t.Errorf("tags: %v", found.Tags)
	}
}

func TestServiceIsAwayOnce(t *testing.T) {
	t.Parallel()
	project := tagwaytest.Start(t)
	project.AddFault(map[string]any{"method": "GET", "status": 503})
	if got := project.Call("GET", "/v2/images", nil, nil).StatusCode; got != 503 {
		t.Errorf("first: %d", got)
	}
	if got := project.Call("GET", "/v2/images", nil, nil).StatusCode; got != 200 {
		t.Errorf("second: %d", got)
	}
}

func TestChangeIsLost(t *testing.T) {
	t.Parallel()
	project := tagwaytest.Start(t)
	var made, found image
	project.Call("POST", "/v2/images", map[string]any{"name": "base"}, &made)
	project.AddFault(map[string]any{"operation": "addTag", "lost": true})
	if got := project.Call("PUT", "/v2/images/"+made.ID+"/tags/red", nil, nil).StatusCode; got != 204 {
		t.Errorf("answered %d", got)
	}
	if project.Call("GET", "/v2/images/"+made.ID, nil, &found); len(found.Tags) != 0 {
		t.Errorf("tags: %v", found.Tags)
	}
}
