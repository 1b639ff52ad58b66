// Tests against Tagway, with the standard library alone: GO111MODULE=off go test ./examples/go
package tags

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

type ready struct {
	AuthURL       string `json:"authUrl"`
	ImageEndpoint string `json:"imageEndpoint"`
	AdminURL      string `json:"adminUrl"`
	Pid           int    `json:"pid"`
	Domain        struct{ ID string }
	Project       struct{ ID, Name string }
	Users         []struct{ Name, Password string }
	Admin         struct{ Token string }
}

var tagway ready

func TestMain(m *testing.M) {
	command := exec.Command("npx", "tagway", "--ephemeral")
	command.Stderr = os.Stderr
	input, _ := command.StdinPipe()
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err == nil {
		err = json.NewDecoder(bufio.NewReader(output)).Decode(&tagway)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tagway did not start:", err)
		os.Exit(1)
	}
	code := m.Run()
	syscall.Kill(tagway.Pid, syscall.SIGTERM)
	command.Wait()
	input.Close()
	os.Exit(code)
}

func call(t *testing.T, method, url, token string, body, into any) *http.Response {
	t.Helper()
	data, _ := json.Marshal(body)
	request, err := http.NewRequest(method, url, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Auth-Token", token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	return answer
}

func TestTagIsKeyWithValue(t *testing.T) {
	user := tagway.Users[0]
	login := fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":%q,"password":%q,"domain":{"id":%[3]q}}}},
		"scope":{"project":{"name":%[4]q,"domain":{"id":%[3]q}}}}}`, user.Name, user.Password, tagway.Domain.ID, tagway.Project.Name)
	token := call(t, "POST", tagway.AuthURL+"/auth/tokens", "", json.RawMessage(login), nil).Header.Get("X-Subject-Token")

	if got := call(t, "POST", tagway.AdminURL+"/reset", tagway.Admin.Token, nil, nil).StatusCode; got != 204 {
		t.Fatalf("reset: %d", got)
	}
	var image struct{ ID string }
	call(t, "POST", tagway.ImageEndpoint+"/v2/images", token,
		map[string]any{"name": "base", "tags": []string{"env=prod"}}, &image)
	var found struct{ Tags []struct{ Key, Value string } }
	call(t, "GET", tagway.ImageEndpoint+"/v2/"+tagway.Project.ID+"/images/"+image.ID+"/tags", token, nil, &found)
	if len(found.Tags) != 1 || found.Tags[0].Key != "env" || found.Tags[0].Value != "prod" {
		t.Errorf("tags: %v", found.Tags)
	}
}
