package example

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"tagway/go/tagwaycontainer"
)

var seed = map[string]any{
	"projects": []any{map[string]any{"name": "alpha"}},
	"users": []any{map[string]any{
		"name": "alice", "password": "wonder-land", "roles": map[string]any{"alpha": []string{"member"}},
	}},
	"images": []any{map[string]any{"name": "base", "project": "alpha", "tags": []string{"golden"}}},
}

func TestTagOfTheSeed(t *testing.T) {
	tagway, err := tagwaycontainer.Run(context.Background(), tagwaycontainer.DefaultImage, tagwaycontainer.WithSeed(seed))
	if err != nil {
		t.Fatal(err)
	}
	testcontainers.CleanupContainer(t, tagway)
	request, _ := http.NewRequest("GET", tagway.URL+"/v2/images?tag=golden", nil)
	request.Header.Set("X-Auth-Token", logIn(t, tagway))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var found struct{ Images []struct{ Name string } }
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	if len(found.Images) != 1 || found.Images[0].Name != "base" || tagway.Env["OS_USERNAME"] != "alice" {
		t.Fatal(found, tagway.Env["OS_USERNAME"])
	}
}

func logIn(t *testing.T, tagway *tagwaycontainer.Container) string {
	t.Helper()
	user := map[string]any{
		"name": tagway.Credentials.User, "password": tagway.Credentials.Password, "domain": map[string]any{"id": "default"},
	}
	body, _ := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{"user": user}},
		"scope":    map[string]any{"project": map[string]any{"id": tagway.Credentials.ProjectID}},
	}})
	answer, err := http.Post(tagway.AuthURL+"/auth/tokens", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.Header.Get("X-Subject-Token")
}
