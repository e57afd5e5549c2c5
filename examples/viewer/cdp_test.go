// SPDX-License-Identifier: Apache-2.0

//go:build browser

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// patience is how long the browser may take for one thing.
const patience = 30 * time.Second

// browser is a headless Chromium with one page, driven by the DevTools protocol over a pair of pipes.
type browser struct {
	t       *testing.T
	session string
	out     *os.File

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	trouble []string          // what the page logged as an error, and uncaught exceptions
	asked   []string          // addresses of requests that the page made
	trace   []json.RawMessage // what Tracing collected
	traced  chan struct{}     // gets a value when that is all
}

type reply struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}

// startBrowser starts the browser that the variable CHROMIUM names, else chromium. It ends with the test.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	name := os.Getenv("CHROMIUM")
	if name == "" {
		name = "chromium"
	}
	theirIn, out, err1 := os.Pipe()
	in, theirOut, err2 := os.Pipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), name, "--headless=new", "--remote-debugging-pipe", "--user-data-dir="+profile(t),
		"--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // its descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	theirIn.Close()
	theirOut.Close()
	b := &browser{t: t, out: out, waiting: map[int]chan reply{}, traced: make(chan struct{}, 1)}
	var reading sync.WaitGroup
	reading.Go(func() { b.read(in) })
	t.Cleanup(func() {
		_ = cmd.Wait() // the test's context, which is done, has killed it
		out.Close()
		reading.Wait()
		in.Close()
	})
	b.open()
	return b
}

// profile is a directory for the browser. Its helpers still write for a moment when it has gone itself.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "viewer-browser")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			<-time.After(50 * time.Millisecond)
		}
		t.Error(err)
	})
	return dir
}

// open makes the page and turns on what is looked at.
func (b *browser) open() {
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
}

// read takes messages, each of which ends with a zero byte, until the browser has gone.
func (b *browser) read(in *os.File) {
	messages := bufio.NewScanner(in)
	messages.Buffer(nil, 64<<20)
	messages.Split(func(data []byte, _ bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, 0); i >= 0 {
			return i + 1, data[:i], nil
		}
		return 0, nil, nil
	})
	for messages.Scan() {
		var m reply
		if err := json.Unmarshal(messages.Bytes(), &m); err != nil {
			m.Error = &struct{ Message string }{err.Error()}
		}
		b.mu.Lock()
		if answer := b.waiting[m.ID]; answer != nil {
			delete(b.waiting, m.ID)
			answer <- m
		} else {
			b.note(m)
		}
		b.mu.Unlock()
	}
}

// note keeps what the page did on its own.
func (b *browser) note(m reply) {
	switch m.Method {
	case "Tracing.dataCollected":
		var p struct{ Value []json.RawMessage }
		if json.Unmarshal(m.Params, &p) == nil {
			b.trace = append(b.trace, p.Value...)
		}
	case "Tracing.tracingComplete":
		b.traced <- struct{}{}
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		if json.Unmarshal(m.Params, &p) == nil {
			b.asked = append(b.asked, p.Request.URL)
		}
	case "Runtime.exceptionThrown":
		b.trouble = append(b.trouble, string(m.Params))
	case "Log.entryAdded":
		var p struct {
			Entry struct{ Level, Text, URL string }
		}
		if json.Unmarshal(m.Params, &p) == nil && p.Entry.Level == "error" {
			b.trouble = append(b.trouble, p.Entry.Text+" "+p.Entry.URL)
		}
	}
}

// send sends a command, to the page as soon as there is one, and returns where its answer will be.
func (b *browser) send(method string, params any) chan reply {
	answer := make(chan reply, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	command := map[string]any{"id": id, "method": method}
	if params != nil {
		command["params"] = params
	}
	if b.session != "" {
		command["sessionId"] = b.session
	}
	text, err := json.Marshal(command)
	if err == nil {
		_, err = b.out.Write(append(text, 0))
	}
	if err != nil {
		answer <- reply{Error: &struct{ Message string }{err.Error()}}
	}
	return answer
}

// call sends a command and decodes its answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	if err := b.try(method, params, result); err != nil {
		b.t.Fatal(err)
	}
}

// try is call for what may fail.
func (b *browser) try(method string, params, result any) error {
	select {
	case m := <-b.send(method, params):
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			return json.Unmarshal(m.Result, result)
		}
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s: the browser does not answer", method)
	}
}

// value is what an expression gives, in the page; a promise is waited for.
func (b *browser) value(expression string, v any) {
	b.t.Helper()
	if err := b.evaluate(expression, v); err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
}

func (b *browser) evaluate(expression string, v any) error {
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	err := b.try("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &got)
	switch {
	case err != nil:
		return err
	case len(got.ExceptionDetails) > 0:
		return fmt.Errorf("exception: %s", got.ExceptionDetails)
	}
	return json.Unmarshal(got.Result.Value, v)
}

// until waits until a condition is true in the page, whatever page that becomes. It fails with the page's text.
func (b *browser) until(condition string) {
	b.t.Helper()
	wait := fmt.Sprintf(`new Promise((done) => {
		const end = Date.now() + %d;
		const holds = () => { try { return !!(%s); } catch { return false; } };
		const look = () => { const met = holds(); met || Date.now() > end ? done(met) : setTimeout(look, 50); };
		look();
	})`, (patience * 2 / 3).Milliseconds(), condition)
	var met bool
	var err error
	for range 3 { // a page that leaves takes the promise along
		if err = b.evaluate(wait, &met); err == nil {
			break
		}
	}
	if !met {
		var text string
		b.value(`document.body.innerText`, &text)
		b.t.Fatalf("this never was so: %s (%v)\nThe page says:\n%s", condition, err, text)
	}
}

// click presses the mouse in the middle of the first element that a selector finds.
func (b *browser) click(element string) {
	b.t.Helper()
	b.press(element)()
}

// press presses the mouse's button on an element, and returns what releases it there.
func (b *browser) press(element string) (release func()) {
	b.t.Helper()
	var at struct{ X, Y float64 }
	b.value(`(() => { const e = `+element+`; e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect();
		return { x: r.left + Math.min(r.width / 2, 90), y: r.top + r.height / 2 }; })()`, &at)
	mouse := func(what string, buttons int) {
		b.t.Helper()
		b.call("Input.dispatchMouseEvent", map[string]any{"type": what, "x": at.X, "y": at.Y, "button": "left", "buttons": buttons, "clickCount": 1}, nil)
	}
	mouse("mousePressed", 1)
	return func() { mouse("mouseReleased", 0) }
}

// look sets the window's width and the reader's colour scheme.
func (b *browser) look(width int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// screenshot writes a picture of the page into the directory that the variable SCREENSHOTS names, if it does.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	var got struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &got)
	picture, err := base64.StdEncoding.DecodeString(got.Data)
	if err == nil {
		err = os.WriteFile(dir+"/"+name+".png", picture, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
