// Package tagwaytest gives each test a project of its own on one Tagway gateway. It needs Node with the package
// tagway; see docs/testing-with-tagway.md.
package tagwaytest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// variable holds what `tagway --ephemeral` printed: one gateway for all processes of a run, also across languages.
const variable = "TEST_TAGWAY"

type announcement struct {
	URL      string `json:"url"`
	AuthURL  string `json:"authUrl"`
	AdminURL string `json:"adminUrl"`
	Admin    struct {
		Token string `json:"token"`
	} `json:"admin"`
}

// Gateway is the one of this process.
type Gateway struct {
	// URL of the gateway, and what OS_AUTH_URL takes.
	URL, AuthURL string
	adminURL     string
	adminToken   string
}

// Project is one of its own, with a user and a key; it disappears at the end of the test.
type Project struct {
	*Gateway
	ID, Name       string
	User, Password string
	Access, Secret string
	// Env has the variables that OpenStack's clients and Huawei's SDKs read.
	Env   map[string]string
	t     testing.TB
	token string
}

var (
	once    sync.Once
	gateway *Gateway
	failure error
	// Kept: the gateway ends with the pipe, and so with this process, however that ends.
	pipe io.Closer
)

// Start makes a project for the test, on a gateway that all tests of the process share.
func Start(t testing.TB) *Project {
	t.Helper()
	once.Do(func() { gateway, failure = start() })
	if failure != nil {
		t.Fatalf("tagway did not start: %v", failure)
	}
	var made struct {
		Project   struct{ ID, Name string }
		User      struct{ Name, Password string }
		AccessKey struct{ Access, Secret string }
		Env       map[string]string
	}
	gateway.Admin(t, "POST", "/projects", map[string]any{}, &made)
	project := &Project{
		Gateway: gateway, t: t, Env: made.Env,
		ID: made.Project.ID, Name: made.Project.Name,
		User: made.User.Name, Password: made.User.Password,
		Access: made.AccessKey.Access, Secret: made.AccessKey.Secret,
	}
	t.Cleanup(func() { gateway.Admin(t, "DELETE", "/projects/"+project.ID, nil, nil) })
	return project
}

func start() (*Gateway, error) {
	line := []byte(os.Getenv(variable))
	if len(line) == 0 {
		command := command()
		var log bytes.Buffer
		// Not this process's own: `go test` would wait for the gateway to close it.
		command.Stderr = &log
		input, err := command.StdinPipe()
		if err != nil {
			return nil, err
		}
		output, err := command.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err = command.Start(); err != nil {
			return nil, err
		}
		pipe = input
		if line, err = bufio.NewReader(output).ReadBytes('\n'); err != nil {
			command.Wait()
			return nil, fmt.Errorf("it ended before it was ready: %s", log.String())
		}
	}
	var said announcement
	if err := json.Unmarshal(line, &said); err != nil {
		return nil, err
	}
	return &Gateway{said.URL, said.AuthURL, said.AdminURL, said.Admin.Token}, nil
}

// command is that of the nearest installed package; npx would need a second more.
func command() *exec.Cmd {
	folder, err := os.Getwd()
	for err == nil {
		program := filepath.Join(folder, "node_modules", "tagway", "dist", "src", "cli.js")
		if _, missing := os.Stat(program); missing == nil {
			return exec.Command("node", program, "--ephemeral")
		}
		if folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	return exec.Command("npx", "tagway", "--ephemeral")
}

// Admin calls /admin of the gateway. body may be nil, and so may into.
func (g *Gateway) Admin(t testing.TB, method, path string, body, into any) {
	t.Helper()
	answer := g.send(t, method, g.adminURL+path, g.adminToken, body)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s /admin%s was answered %d: %s %v", method, path, answer.StatusCode, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
}

// AddFault makes requests of this project fail, as POST /admin/faults takes it; it is lifted at the end of the test.
func (p *Project) AddFault(fault map[string]any) {
	p.t.Helper()
	chosen := map[string]any{"project": p.ID}
	for name, value := range fault {
		chosen[name] = value
	}
	var made struct{ ID string }
	p.Admin(p.t, "POST", "/faults", chosen, &made)
	p.t.Cleanup(func() {
		answer := p.send(p.t, "DELETE", p.adminURL+"/faults/"+made.ID, p.adminToken, nil)
		answer.Body.Close()
	})
}

// Token is one of the project's user.
func (p *Project) Token() string {
	p.t.Helper()
	if p.token == "" {
		domain := map[string]string{"id": "default"}
		user := map[string]any{"name": p.User, "password": p.Password, "domain": domain}
		auth := map[string]any{
			"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{"user": user}},
			"scope":    map[string]any{"project": map[string]string{"id": p.ID}},
		}
		answer := p.send(p.t, "POST", p.AuthURL+"/auth/tokens", "", map[string]any{"auth": auth})
		defer answer.Body.Close()
		if p.token = answer.Header.Get("X-Subject-Token"); p.token == "" {
			p.t.Fatalf("the login was answered %d", answer.StatusCode)
		}
	}
	return p.token
}

// Call sends a request as the project's user. The body may be nil; so may into, which the answer's JSON is read to.
func (p *Project) Call(method, path string, body, into any) *http.Response {
	p.t.Helper()
	answer := p.send(p.t, method, p.URL+path, p.Token(), body)
	defer answer.Body.Close()
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			p.t.Fatal(err)
		}
	}
	return answer
}

var client = http.Client{Timeout: 2 * time.Minute}

func (g *Gateway) send(t testing.TB, method, url, token string, body any) *http.Response {
	t.Helper()
	var data io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, url, data)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Auth-Token", token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
