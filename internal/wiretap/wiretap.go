// SPDX-License-Identifier: Apache-2.0

// Package wiretap is a server on loopback that keeps what it is sent byte by byte, for tests of what leaves the process. A
// server of net/http would not do: it has read the request, and mended or refused what was wrong with it.
package wiretap

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// Request is a request as it came.
type Request struct {
	Line   string   // the request line, e.g. "GET /?a=b HTTP/1.1"
	Header []string // the lines of the header
	Body   string   // as long as Content-Length says
	Rest   string   // what came behind the body: another request, where one was smuggled in
}

// Target is what the request line asks for. The error says that it is none.
func (r Request) Target() (*url.URL, error) {
	parts := strings.Split(r.Line, " ")
	if len(parts) != 3 || parts[2] != "HTTP/1.1" || parts[0] != http.MethodGet && parts[0] != http.MethodPost {
		return nil, &url.Error{Op: "parse", URL: r.Line, Err: http.ErrNotSupported}
	}
	return url.ParseRequestURI(parts[1])
}

// Values are the values of a header field, as they came.
func (r Request) Values(name string) []string {
	var values []string
	for _, line := range r.Header {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(key, name) {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

// Tap is such a server. It is safe for concurrent use.
type Tap struct {
	listener net.Listener
	answer   func(Request) string
	running  sync.WaitGroup

	lock     sync.Mutex
	requests []Request
}

// Listen starts a server that gives each request the answer that a function has for it, header and all, and then closes the
// connection. It is to be closed.
func Listen(answer func(Request) string) (*Tap, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &Tap{listener: listener, answer: answer}
	t.running.Go(t.serve)
	return t, nil
}

// Close ends the server and waits for its connections.
func (t *Tap) Close() {
	_ = t.listener.Close()
	t.running.Wait()
}

// URL is the server's, without a path.
func (t *Tap) URL() string { return "http://" + t.Host() }

// Host is the server's host and port.
func (t *Tap) Host() string { return t.listener.Addr().String() }

// Take returns the requests since the last Take.
func (t *Tap) Take() []Request {
	t.lock.Lock()
	defer t.lock.Unlock()
	taken := t.requests
	t.requests = nil
	return taken
}

func (t *Tap) serve() {
	for {
		conn, err := t.listener.Accept()
		if err != nil {
			return
		}
		t.running.Go(func() { t.converse(conn) })
	}
}

// converse keeps one request and answers it.
func (t *Tap) converse(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	r, err := read(in)
	if err != nil {
		return // nothing was asked
	}
	t.lock.Lock()
	t.requests = append(t.requests, r)
	t.lock.Unlock()
	_, _ = io.WriteString(conn, t.answer(r))
}

// read reads a request as it is: no line is joined to another, none is left out.
func read(in *bufio.Reader) (Request, error) {
	lines, err := readHead(in)
	if err != nil {
		return Request{}, err
	}
	r := Request{Line: lines[0], Header: lines[1:]}
	if length := r.Values("Content-Length"); len(length) > 0 {
		n, err := strconv.ParseUint(length[0], 10, 24)
		if err != nil {
			return r, err
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return r, err
		}
		r.Body = string(body)
	}
	rest, _ := in.Peek(in.Buffered())
	r.Rest = string(rest)
	return r, nil
}

// readHead reads lines up to an empty one; there is at least one before it.
func readHead(in *bufio.Reader) ([]string, error) {
	var lines []string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" && len(lines) > 0 {
			return lines, nil
		}
		lines = append(lines, line)
	}
}

// Answer writes a whole answer: the status, lines of a header, and a body of JSON.
func Answer(status int, body string, header ...string) string {
	return "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\nConnection: close\r\nContent-Type: application/json\r\n" +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n" + strings.Join(append(header, ""), "\r\n") + "\r\n" + body
}

// Injections are texts that would add a header, a parameter, a path or a request where they are written as they are.
func Injections() map[string]string {
	return map[string]string{
		"a header":                  "x\r\nX-Injected: 1",
		"a header, one line end":    "x\nX-Injected: 1",
		"a header, one return":      "x\rX-Injected: 1",
		"a request":                 "x HTTP/1.1\r\nHost: other.example\r\n\r\nGET /injected",
		"an escaped header":         "x%0d%0aX-Injected:%201",
		"a twice escaped header":    "x%250d%250aX-Injected:%201",
		"a parameter":               "x&Action=StopExecution&injected=1",
		"an escaped parameter":      "x%26injected%3D1",
		"a parameter, semicolon":    "x;injected=1",
		"a query":                   "x?injected=1",
		"a fragment":                "x#injected",
		"a path":                    "../../injected",
		"an escaped path":           "..%2F..%2Finjected",
		"a path, backslashes":       `..\..\injected`,
		"an absolute path":          "/injected",
		"a host":                    "//other.example/injected",
		"a URL":                     "http://other.example/injected",
		"user information":          "x@other.example",
		"a path parameter":          "{project_id}",
		"another path parameter":    "{execution_id}",
		"a NUL":                     "x\x00injected",
		"an escaped NUL":            "x%00injected",
		"bytes that are no UTF-8":   "x\xff\xfe",
		"a line separator":          "x\u2028X-Injected: 1",
		"a wide line end":           "x\u010d\u010aX-Injected: 1", // its low bytes are CR and LF
		"right-to-left marks":       "x\u202edetcejni",
		"a tab":                     "x\tinjected",
		"a DEL":                     "x\x7f",
		"blanks around":             " x ",
		"quotes":                    `"x'`,
		"HTML":                      "<b>x</b>",
		"a plus":                    "x+y",
		"a broken escape":           "x%zz",
		"Chinese":                   "流程",
		"a comma and an equal sign": "x, SignedHeaders=, Signature=0",
	}
}
