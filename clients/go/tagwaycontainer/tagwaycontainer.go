// Package tagwaycontainer runs a Tagway gateway in a container for a test run: docs/testcontainers.md.
package tagwaycontainer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// DefaultImage is what Tagway's Dockerfile is built as.
const DefaultImage = "tagway:0.1.0"

const port = "9292/tcp"

// One line on standard output, once every dialect answers.
const readyPattern = `\{"url":.*"pid":\d+\}`

var (
	ready   = regexp.MustCompile(readyPattern)
	command = []string{"node", "dist/src/cli.js", "--ephemeral", "--host", "0.0.0.0", "--port", "9292"}
	// The seed is in the environment, as in the modules for other languages.
	seeded = append([]string{
		"sh", "-c", `printf %s "$SEED_JSON" >/tmp/seed.json && exec "$@" --seed /tmp/seed.json`, "sh",
	}, command...)
)

// Credentials are those of the first user of the seed, with its project and access key.
type Credentials struct {
	User, Password, Domain, Project, ProjectID, AccessKey, SecretKey string
}

// Container is a gateway that runs.
type Container struct {
	testcontainers.Container
	URL, AuthURL string
	Credentials  Credentials
	// Env has the variables that OpenStack's clients and Huawei's SDKs read.
	Env map[string]string
	// Announced is what `tagway --ephemeral` says of itself, with the addresses outside: for TEST_TAGWAY.
	Announced string
}

// WithSeed starts with what a seed file holds (docs/seed.md).
func WithSeed(seed any) testcontainers.CustomizeRequestOption {
	return func(request *testcontainers.GenericContainerRequest) error {
		text, err := json.Marshal(seed)
		if err != nil {
			return err
		}
		if request.Env == nil {
			request.Env = map[string]string{}
		}
		request.Env["SEED_JSON"] = string(text)
		request.Cmd = seeded
		return nil
	}
}

// Run starts a gateway and waits until it is ready.
func Run(ctx context.Context, image string, options ...testcontainers.ContainerCustomizer) (*Container, error) {
	request := testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        image,
			ExposedPorts: []string{port},
			Cmd:          command,
			WaitingFor:   wait.ForLog(readyPattern).AsRegexp().WithStartupTimeout(2 * time.Minute),
		},
		Started: true,
	}
	for _, option := range options {
		if err := option.Customize(&request); err != nil {
			return nil, err
		}
	}
	container, err := testcontainers.GenericContainer(ctx, request)
	if err != nil {
		if container != nil {
			_ = container.Terminate(ctx)
		}
		return nil, err
	}
	made, err := of(ctx, container)
	if err != nil {
		_ = container.Terminate(ctx)
		return nil, err
	}
	return made, nil
}

type announcement struct {
	Domain   struct{ Name string }
	Project  project
	Projects []project
	Users    []struct {
		Name, Password string
		Roles          map[string][]string
	}
	AccessKeys []struct{ Access, Secret, User string }
	Admin      struct{ Name, Password, Project string }
}

type project struct{ ID, Name string }

func of(ctx context.Context, container testcontainers.Container) (*Container, error) {
	endpoint, err := container.PortEndpoint(ctx, port, "http")
	if err != nil {
		return nil, err
	}
	logs, err := container.Logs(ctx)
	if err != nil {
		return nil, err
	}
	defer logs.Close()
	text, err := io.ReadAll(logs)
	if err != nil {
		return nil, err
	}
	line := ready.Find(text)
	var said announcement
	members := map[string]any{}
	if err := json.Unmarshal(line, &said); err != nil {
		return nil, fmt.Errorf("tagway did not say that it is ready: %w", err)
	}
	if err := json.Unmarshal(line, &members); err != nil {
		return nil, err
	}
	authURL := endpoint + "/v3"
	members["url"], members["imageEndpoint"], members["huaweiEndpoint"] = endpoint, endpoint, endpoint
	members["authUrl"], members["adminUrl"] = authURL, endpoint+"/admin"
	announced, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	credentials := credentialsIn(said)
	return &Container{
		Container: container, URL: endpoint, AuthURL: authURL,
		Credentials: credentials, Env: environment(authURL, credentials), Announced: string(announced),
	}, nil
}

func credentialsIn(said announcement) Credentials {
	made := Credentials{
		User: said.Admin.Name, Password: said.Admin.Password, Domain: said.Domain.Name,
		Project: said.Project.Name, ProjectID: said.Project.ID,
	}
	if len(said.Users) == 0 {
		return made
	}
	user := said.Users[0]
	made.User, made.Password = user.Name, user.Password
	for _, each := range said.Projects {
		if user.Roles[each.ID] != nil || user.Roles[each.Name] != nil {
			made.Project, made.ProjectID = each.Name, each.ID
			break
		}
	}
	for _, key := range said.AccessKeys {
		if key.User == user.Name {
			made.AccessKey, made.SecretKey = key.Access, key.Secret
			break
		}
	}
	return made
}

func environment(authURL string, of Credentials) map[string]string {
	env := map[string]string{
		"OS_AUTH_URL": authURL, "OS_USERNAME": of.User, "OS_PASSWORD": of.Password,
		"OS_PROJECT_NAME": of.Project, "OS_USER_DOMAIN_NAME": of.Domain, "OS_PROJECT_DOMAIN_NAME": of.Domain,
		"OS_IDENTITY_API_VERSION": "3", "HUAWEICLOUD_SDK_PROJECT_ID": of.ProjectID,
	}
	if of.AccessKey != "" {
		env["HUAWEICLOUD_SDK_AK"], env["HUAWEICLOUD_SDK_SK"] = of.AccessKey, of.SecretKey
	}
	return env
}
