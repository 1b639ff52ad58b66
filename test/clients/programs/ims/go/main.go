// Plays story.json with Huawei's own SDK of Go: prints a line of JSON for each step, with what the SDK returned.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	ims "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2"
)

type step struct {
	Call  string            `json:"call"`
	As    string            `json:"as"`
	With  json.RawMessage   `json:"with"`
	Until []string          `json:"until"`
	Keep  map[string]string `json:"keep"`
}

type seen struct {
	Call   string         `json:"call"`
	Status int            `json:"status"`
	Answer any            `json:"answer"`
	Error  *string        `json:"error"`
	Known  map[string]any `json:"known"`
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		panic(err)
	}
	return value
}

func client(who string) reflect.Value {
	credential := must(basic.NewCredentialsBuilder().WithAk(os.Getenv(who + "_AK")).WithSk(os.Getenv(who + "_SK")).
		WithProjectId(os.Getenv(who + "_PROJECT")).SafeBuild())
	built := must(ims.ImsClientBuilder().WithEndpoints([]string{os.Getenv("IMS_URL")}).WithCredential(credential).SafeBuild())
	return reflect.ValueOf(ims.NewImsClient(built))
}

func at(value any, path string) any {
	for _, part := range strings.Split(path, ".") {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[part]
		case []any:
			value = inner[must(strconv.Atoi(part))]
		default:
			return nil
		}
	}
	return value
}

// The answer by the names that go over the wire; a list is in a member of its own.
func plain(response any) any {
	var answer any
	if json.Unmarshal(must(json.Marshal(response)), &answer) != nil {
		return nil
	}
	if whole, ok := answer.(map[string]any); ok && len(whole) == 1 && whole["body"] != nil {
		return whole["body"]
	}
	return answer
}

func call(client reflect.Value, name string, given []byte) (int, any, error) {
	method := client.MethodByName(strings.ToUpper(name[:1]) + name[1:])
	if !method.IsValid() {
		return 0, nil, errors.New("the SDK has no such method")
	}
	request := reflect.New(method.Type().In(0).Elem())
	if err := json.Unmarshal(given, request.Interface()); err != nil {
		return 0, nil, err
	}
	results := method.Call([]reflect.Value{request})
	if err, failed := results[1].Interface().(error); failed {
		var refused *sdkerr.ServiceResponseError
		if errors.As(err, &refused) {
			return refused.StatusCode, nil, err
		}
		return 0, nil, err
	}
	status := int(results[0].Elem().FieldByName("HttpStatusCode").Int())
	return status, plain(results[0].Interface()), nil
}

func play(client reflect.Value, one step, given []byte) seen {
	for {
		status, answer, err := call(client, one.Call, given)
		if err != nil {
			text := err.Error()
			return seen{Call: one.Call, Status: status, Error: &text}
		}
		state := ""
		if len(one.Until) > 0 {
			state = fmt.Sprint(at(answer, one.Until[0]))
		}
		if state != "INIT" && state != "RUNNING" {
			return seen{Call: one.Call, Status: status, Answer: answer}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func main() {
	var story []step
	if err := json.Unmarshal(must(os.ReadFile(os.Args[1])), &story); err != nil {
		panic(err)
	}
	known := map[string]any{"other": os.Getenv("OTHER_PROJECT"), "otherRegion": os.Getenv("OTHER_REGION")}
	clients := map[string]reflect.Value{"": client("OWN"), "other": client("OTHER")}
	variable := regexp.MustCompile(`"\$(\w+)"`)
	for _, one := range story {
		given := variable.ReplaceAllFunc(one.With, func(found []byte) []byte {
			return must(json.Marshal(known[string(found[2:len(found)-1])]))
		})
		result := play(clients[one.As], one, given)
		for name, path := range one.Keep {
			known[name] = at(result.Answer, path)
		}
		result.Known = known
		fmt.Println(string(must(json.Marshal(result))))
	}
}
