// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// A child is a fake cloud in a process of its own, so that its memory, goroutines and sockets are not taken for those of the
// client. It writes a report, in JSON and on one line, when it has started and for each line that it reads, and ends with its
// input.

// report is what a child says of itself.
type report struct {
	URL      string
	Conns    int // connections of clients that are open
	Requests int // since the last report
}

// serve is the child's part. shapeJSON says what it holds.
func serve(shapeJSON string, in io.Reader, out io.Writer) error {
	var of shape
	if err := json.Unmarshal([]byte(shapeJSON), &of); err != nil {
		return fmt.Errorf("-serve: %w", err)
	}
	h, err := startHost(of, false)
	if err != nil {
		return err
	}
	defer h.Close()
	enc := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); ; {
		if err := enc.Encode(report{URL: h.URL(), Conns: h.Conns(), Requests: h.Count("")}); err != nil {
			return err
		}
		h.ResetRequests()
		if !lines.Scan() {
			return lines.Err()
		}
	}
}

// child is the parent's part. It is safe for concurrent use.
type child struct {
	url string

	mu  sync.Mutex
	in  io.WriteCloser
	out *json.Decoder
	end func() error
}

// startChild starts this program again, as a fake cloud that holds what the shape says.
func startChild(ctx context.Context, of shape) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-serve", string(text))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return newChild(in, out, cmd.Wait)
}

// newChild waits for a child's first report.
func newChild(in io.WriteCloser, out io.Reader, end func() error) (*child, error) {
	c := &child{in: in, out: json.NewDecoder(out), end: end}
	var first report
	if err := c.out.Decode(&first); err != nil {
		return nil, errors.Join(fmt.Errorf("the child did not start: %w", err), c.close())
	}
	c.url = first.URL
	return c, nil
}

// report asks how the child is.
func (c *child) report() (report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.WriteString(c.in, "\n"); err != nil {
		return report{}, err
	}
	var r report
	err := c.out.Decode(&r)
	return r, err
}

// close ends the child and waits for it.
func (c *child) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.in.Close(), c.end())
}
