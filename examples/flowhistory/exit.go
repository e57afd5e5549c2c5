// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
)

// The exit codes, as --help lists them. Scripts depend on them: none may change its meaning.
const (
	exitOK           = 0
	exitUsage        = 2
	exitNotFound     = 3
	exitDenied       = 4
	exitRetry        = 5
	exitOther        = 6
	exitNotSucceeded = 10
	exitInterrupted  = 130 // as shells have it for SIGINT
)

// usageError says what is wrong with the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// credentialError says that there is nothing to get in with.
type credentialError struct{ text string }

func (e credentialError) Error() string { return e.text }

// directoryError says that there is no directory to write in.
type directoryError struct {
	text  string
	cause error
}

func (e directoryError) Error() string { return e.text }
func (e directoryError) Unwrap() error { return e.cause }

// errNotSucceeded is for --exit-status. What happened was shown, so that nothing more is said.
var errNotSucceeded = errors.New("not succeeded")

// failures are several errors, each of a target of its own.
type failures []error

func (f failures) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (f failures) Unwrap() []error { return f }

// orNil is the failures as an error, nil if there are none.
func (f failures) orNil() error {
	switch len(f) {
	case 0:
		return nil
	case 1:
		return f[0]
	}
	return f
}

// report tells what went wrong and what to do about it, and returns the exit code.
func (t *tool) report(ctx context.Context, err error) int {
	code := exitCode(err)
	switch {
	case err == nil, errors.Is(err, errNotSucceeded):
		return code
	case code == exitInterrupted && ctx.Err() != nil:
		fmt.Fprintln(t.errOut, "flowhistory: interrupted")
		return code
	}
	all, ok := errors.AsType[failures](err)
	if !ok {
		all = failures{err}
	}
	for _, e := range all {
		fmt.Fprintln(t.errOut, "flowhistory:", plain(e.Error()))
		if todo := advice(e); todo != "" {
			fmt.Fprintln(t.errOut, "  "+todo)
		}
	}
	return code
}

// exitCode is the code of an error; of several it is that of the first.
func exitCode(err error) int {
	if all, ok := errors.AsType[failures](err); ok {
		err = all[0]
	}
	_, usage := errors.AsType[usageError](err)
	_, noCredential := errors.AsType[credentialError](err)
	_, library := errors.AsType[cli.ExitCoder](err)
	switch {
	case err == nil:
		return exitOK
	case usage, library, errors.Is(err, history.ErrInvalid):
		return exitUsage
	case errors.Is(err, errNotSucceeded):
		return exitNotSucceeded
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, history.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	case noCredential, errors.Is(err, history.ErrUnauthenticated), errors.Is(err, history.ErrPermission), errors.Is(err, history.ErrClockSkew):
		return exitDenied
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, history.ErrThrottled), errors.Is(err, history.ErrUnavailable):
		return exitRetry
	}
	return exitOther
}

// advice says what to do about an error, "" if the error says it itself.
func advice(err error) string {
	_, usage := errors.AsType[usageError](err)
	_, noDirectory := errors.AsType[directoryError](err)
	lookup, noAddress := errors.AsType[*net.DNSError](err)
	answer, answered := errors.AsType[*history.Error](err)
	switch {
	case noDirectory:
		return "Make it first, or write elsewhere."
	case noAddress && lookup.IsNotFound:
		return "There is no such host: is the region right, or --endpoint?"
	case usage:
		return "See flowhistory --help, or flowhistory COMMAND --help."
	case errors.Is(err, history.ErrWorkflowNotFound):
		return "Is the name right (FLOW or FLOW/EXECUTION)? flowhistory list --workflows TARGET lists the workflows that there are; in a cloud each region has its own."
	case errors.Is(err, history.ErrExecutionNotFound):
		return "flowhistory list TARGET lists the executions that there are; histories do not live for ever in a cloud."
	case answered && answer.Kind == history.ErrNotFound && answer.HTTPStatus != 0:
		return "What answered does not know this call: is --endpoint right?"
	case errors.Is(err, fs.ErrNotExist):
		return "Is the path right? flowhistory sync TARGET DIRECTORY makes an archive."
	case errors.Is(err, history.ErrUnauthenticated):
		return "Check the key in the environment (flowhistory --help names the variables); temporary ones expire."
	case errors.Is(err, history.ErrPermission):
		return "The key is good, but may not do this: ask for the right to read workflows and their executions."
	case errors.Is(err, history.ErrClockSkew):
		return "Set this machine's clock."
	case errors.Is(err, context.DeadlineExceeded):
		return "Give it more time with --timeout, or ask for less with a command's filters, if it has some."
	case errors.Is(err, history.ErrThrottled):
		return "Try again in a while: others use the account's quota too. More --retries are more patient."
	case errors.Is(err, history.ErrUnavailable):
		return "Try again in a while. With -v each attempt is shown."
	}
	return ""
}
