// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is a small program whose binary is weighed.
type program struct{ name, text string }

// programs are one with net/http alone, which comes first, and one each that reads one cloud.
func programs() []program {
	const reads = `package main

import (
	"context"
	"fmt"

	"github.com/flowhistory/flowhistory/%[1]s"
	"github.com/flowhistory/flowhistory/history"
)

func main() {
	client, err := %[1]s.New(%[1]s.Config{}, nil)
	if err != nil {
		panic(err)
	}
	for e, err := range client.Events(context.Background(), history.EventQuery{}) {
		fmt.Println(e, err)
	}
}
`
	return []program{
		{"net/http", `package main

import (
	"fmt"
	"net/http"
)

func main() { fmt.Println(http.Get("https://localhost")) }
`},
		{"alibaba", fmt.Sprintf(reads, "alibaba")},
		{"huawei", fmt.Sprintf(reads, "huawei")},
	}
}

// measureImports builds the programs and weighs them.
func measureImports(ctx context.Context, _ int) (out []figure, err error) {
	base := 0.0
	err = inModule(ctx, func(top, work string) error {
		for _, p := range programs() {
			megabytes, err := weigh(ctx, top, work, p)
			if err != nil {
				return fmt.Errorf("the program with %s: %w", p.name, err)
			}
			if base == 0 {
				base = megabytes
				out = append(out, stated("a program with "+p.name+" alone", base, "MB"))
				continue
			}
			out = append(out, stated("more for importing "+p.name+" alone", megabytes-base, "MB").noted("%.1f MB in all", megabytes))
		}
		return nil
	})
	return out, err
}

// weigh builds a program, without symbol tables, and returns its size in megabytes.
func weigh(ctx context.Context, top, work string, p program) (float64, error) {
	source := filepath.Join(work, "main.go")
	if err := os.WriteFile(source, []byte(p.text), 0o600); err != nil {
		return 0, err
	}
	binary := filepath.Join(work, "program")
	if _, err := runGo(ctx, top, "build", "-ldflags=-s -w", "-o", binary, source); err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 1e6, nil
}

// inModule does something with the directory of this module and with one for files that are not kept.
func inModule(ctx context.Context, do func(top, work string) error) error {
	top, err := runGo(ctx, "", "list", "-m", "-f", "{{.Dir}}", "github.com/flowhistory/flowhistory")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	return do(strings.TrimSpace(top), work)
}

// runGo runs the go command in a directory and returns what it prints.
func runGo(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}
	return string(out), nil
}
