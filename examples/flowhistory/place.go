// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
)

// place is where a target leads: the clients to read with, and what of theirs is meant.
type place struct {
	target              // its Ref has no Provider and Scope any more: the clients are those that it may mean
	clients             []*history.Client
	favourite           history.Ref // the execution to show when none is meant; zero = it is looked for
	live                bool        // what has not ended goes on now
	workflow, execution string
	close               func()
}

// open connects to what a TARGET argument says.
func (c *call) open(arg string) (*place, error) {
	t, err := parseTarget(arg)
	if err != nil {
		return nil, err
	}
	p := &place{target: t, workflow: t.ref.Workflow, execution: t.ref.Execution, close: func() {}}
	switch t.kind {
	case demoTarget:
		err = p.openDemo(c)
	case fileTarget:
		err = p.openArchive(c)
	default:
		err = p.openCloud(c)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// place connects to the one TARGET of a command.
func (c *call) place() (*place, error) {
	args, err := c.arguments(0, "TARGET")
	if err != nil {
		return nil, err
	}
	return c.open(args[0])
}

// filtered is place for a command with filters.
func (c *call) filtered() (*place, history.ExecutionQuery, error) {
	q, err := c.filters()
	if err != nil {
		return nil, q, err
	}
	p, err := c.place()
	return p, q, err
}

// openArchive makes a client of each source of an archive that may be meant.
func (p *place) openArchive(c *call) error {
	a, damaged, err := c.readArchive(p.path)
	if err != nil {
		return err
	}
	if damaged > 0 && len(a.Sources()) == 0 {
		return noExecutions("%s is no archive; want what flowhistory export -f jsonl or flowhistory sync wrote", p.path)
	}
	for _, src := range a.Sources() {
		if p.has(src.Provider(), src.Scope()) {
			p.clients = append(p.clients, history.NewClient(src, nil))
		}
	}
	switch {
	case len(p.clients) > 0:
		return nil
	case p.ref.Provider != "":
		return noExecutions("%s has no executions of %s", p.path, history.FormatRef(history.Ref{Provider: p.ref.Provider, Scope: p.ref.Scope}))
	}
	return noExecutions("%s has no executions", p.path)
}

// openCloud makes a client of a real cloud. The library reads the credentials from the environment.
func (p *place) openCloud(c *call) error {
	p.live = true
	if e := c.cmd.String("endpoint"); e != "" && !strings.Contains(e, "://") { // it is not quoted: it may hold a secret
		return usageError{"--endpoint is no URL; want e.g. https://host"}
	}
	client, err := newClient(p.ref, c.cmd.String("endpoint"), c.options())
	if err != nil {
		return inFlags(withoutCredentials(p.kind, err))
	}
	p.clients = []*history.Client{client}
	return nil
}

func newClient(ref history.Ref, endpoint string, opts *history.Options) (*history.Client, error) {
	if ref.Provider == "alibaba" {
		return alibaba.New(alibaba.Config{Region: ref.Scope, Endpoint: endpoint}, opts)
	}
	region, project, _ := strings.Cut(ref.Scope, "/") // a bare region leaves the project to the environment
	return huawei.New(huawei.Config{Region: region, ProjectID: project, Endpoint: endpoint}, opts)
}

// withoutCredentials says what to set when that is why there is no client: the library's own words are for programmers.
func withoutCredentials(provider string, err error) error {
	if !errors.Is(err, history.ErrInvalid) {
		return err
	}
	try := "; to try without an account: flowhistory show demo:"
	switch {
	case provider == "alibaba" && !allSet("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
		return credentialError{"there are no credentials for Alibaba Cloud: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET" + try}
	case provider == "huawei" && !allSet("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK") && !allSet("CLOUD_SDK_AK", "CLOUD_SDK_SK"):
		return credentialError{"there are no credentials for Huawei Cloud: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK" + try}
	case provider == "huawei" && strings.Contains(err.Error(), "ProjectID is missing"):
		return usageError{"Huawei Cloud needs a project: set HUAWEICLOUD_SDK_PROJECT_ID to its id from IAM, or write huawei://REGION%2FPROJECT/WORKFLOW"}
	}
	return err
}

// inFlags says in the command line's words what the library says of its Config's fields, which are the flag --endpoint here.
func inFlags(err error) error {
	wrong, ok := errors.AsType[*history.Error](err)
	if !ok {
		return err
	}
	text, ok := strings.CutPrefix(wrong.Message, "Endpoint: ")
	if !ok {
		return err
	}
	if advised, _, plainHTTP := strings.Cut(text, ", or set PlainHTTP"); plainHTTP {
		text = advised + "; http:// is for this machine only, where a tunnel may end"
	}
	return usageError{"--endpoint: " + text}
}

func allSet(names ...string) bool {
	for _, name := range names {
		if os.Getenv(name) == "" {
			return false
		}
	}
	return true
}

// until is up to when executions that have not ended are drawn: where nothing goes on, up to what they know themselves.
func (p *place) until(now time.Time) time.Time {
	if p.live {
		return now
	}
	return time.Time{}
}
