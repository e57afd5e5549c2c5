// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"testing"
	"testing/iotest"

	"github.com/flowhistory/flowhistory/internal/scan"
)

// ways are the ways a text comes to a scanner: in memory, and through windows that are moved at each byte or so.
func ways(text []byte) map[string]*scan.Scanner {
	memory := new(scan.Scanner)
	memory.Reset(bytes.Clone(text)[:len(text):len(text)])
	out := map[string]*scan.Scanner{"memory": memory}
	for name, w := range map[string]struct {
		src    io.Reader
		window int
	}{
		"bytes":      {iotest.OneByteReader(bytes.NewReader(text)), 0},
		"tiny":       {bytes.NewReader(text), 3},
		"halves":     {iotest.HalfReader(bytes.NewReader(text)), 17},
		"early EOF":  {iotest.DataErrReader(bytes.NewReader(text)), 64},
		"one window": {bytes.NewReader(text), 1 << 10},
	} {
		s := new(scan.Scanner)
		s.ResetReader(w.src, make([]byte, w.window))
		out[name] = s
	}
	return out
}

// value builds what json.Unmarshal into an any builds, with numbers as they are written.
func value(s *scan.Scanner) any {
	switch s.Kind() {
	case scan.Object:
		out := map[string]any{}
		s.Object()
		for name, ok := s.Key(); ok; name, ok = s.Key() {
			key := string(name)
			out[key] = value(s)
		}
		return out
	case scan.Array:
		out := []any{}
		for s.Array(); s.Next(); {
			out = append(out, value(s))
		}
		return out
	case scan.String:
		return string(s.Append(nil))
	case scan.Number:
		return number(s.Raw())
	case scan.Bool:
		return string(s.Raw()) == "true"
	case scan.Null, scan.Invalid:
		s.Skip()
	}
	return nil
}

type number string

func (n number) String() string { return string(n) }

// check makes sure that an error is one that is promised.
func check(t *testing.T, way string, text []byte, err error) {
	t.Helper()
	e, syntax := errors.AsType[*scan.SyntaxError](err)
	switch {
	case syntax && e.Offset >= 0 && e.Offset < int64(len(text)) && e.Reason != "":
	case errors.Is(err, io.EOF) && len(bytes.TrimSpace(text)) == 0:
	case errors.Is(err, io.ErrUnexpectedEOF) && len(bytes.TrimSpace(text)) > 0:
	default:
		t.Errorf("%s: %s: the error is %#v", way, strconv.Quote(string(text)), err)
	}
}
