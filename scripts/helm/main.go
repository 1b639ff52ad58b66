// Renders and lints the chart with Helm's own packages: Debian has no Helm. Prints the manifests as one YAML stream.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
)

// usage: helm CHART [VALUES.yaml]
func main() {
	values := chartutil.Values{}
	if len(os.Args) > 2 {
		values = read(os.Args[2])
	}
	for _, message := range lint.All(os.Args[1], values, "tagway", true).Messages {
		if message.Severity > support.InfoSev {
			fail(message)
		}
	}
	chart, err := loader.Load(os.Args[1])
	check(err)
	options := chartutil.ReleaseOptions{Name: "tagway", Namespace: "default", Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(chart, values, options, chartutil.DefaultCapabilities)
	check(err)
	files, err := engine.Render(chart, all)
	check(err)
	names := []string{}
	for name := range files {
		if strings.HasSuffix(name, ".yaml") && strings.TrimSpace(files[name]) != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("---\n# Source: %s\n%s\n", name, strings.TrimSpace(files[name]))
	}
}

func read(path string) chartutil.Values {
	text, err := os.ReadFile(path)
	check(err)
	values, err := chartutil.ReadValues(text)
	check(err)
	return values
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
