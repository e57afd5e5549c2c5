// SPDX-License-Identifier: Apache-2.0

package mask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/internal/mask"
)

// config is a configuration as the cloud packages have one.
type config struct {
	Region, Key string
	Plain       bool
	Retries     int
	Ask         func() string
	Inner       *config
	Wait        time.Duration
}

func (c config) fields() []mask.Field {
	return []mask.Field{
		{Name: "Region", Value: c.Region},
		{Name: "Key", Value: c.Key, Secret: true},
		{Name: "Plain", Value: c.Plain},
		{Name: "Retries", Value: c.Retries},
		{Name: "Ask", Value: c.Ask},
		{Name: "Inner", Value: c.Inner},
		{Name: "Wait", Value: c.Wait},
		{Name: "Nothing", Value: nil},
	}
}

func (c config) Format(f fmt.State, _ rune)   { mask.Format(f, "test.Config", c.fields()) }
func (c config) MarshalJSON() ([]byte, error) { return mask.JSON(c.fields()) }
func (c config) LogValue() slog.Value         { return mask.Log(c.fields()) }

func full() config {
	return config{Region: `a "region"`, Key: "canary", Plain: true, Retries: 3, Ask: func() string { return "canary" },
		Inner: &config{Key: "canary"}, Wait: time.Second}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	const want = `test.Config{Region: "a \"region\"", Key: "[redacted]", Plain: true, Retries: 3, Ask: "set", Inner: "set", Wait: 1000000000}`
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, full()); got != want {
			t.Errorf("%s prints %s, want %s", verb, got, want)
		}
	}
	if got, want := fmt.Sprint(config{}), "test.Config{}"; got != want {
		t.Errorf("the zero value prints %s, want %s", got, want)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(full())
	const want = `{"Ask":"set","Inner":"set","Key":"[redacted]","Plain":true,"Region":"a \"region\"","Retries":3,"Wait":1000000000}`
	if err != nil || string(got) != want {
		t.Errorf("JSON is %s, %v, want %s", got, err, want)
	}
	if got, err := json.Marshal(config{}); err != nil || string(got) != "{}" {
		t.Errorf("JSON of the zero value is %s, %v", got, err)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("made", "config", full(), slog.Group("more", "again", full()))
		if strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), mask.Redacted) || !strings.Contains(out.String(), "Retries") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

// Whatever is in a secret field, and in anything but a plain value, it is not printed.
func FuzzMask(f *testing.F) {
	f.Add("canary", "region")
	f.Add("", "")
	f.Add("\x00\xff\"\n", "%s%v")
	f.Fuzz(func(t *testing.T, secret, region string) {
		if len(secret) < 4 {
			secret = "canary" + secret
		}
		c := config{Region: region, Key: secret, Ask: func() string { return secret }, Inner: &config{Key: secret, Region: secret}}
		hidden := c
		hidden.Key, hidden.Inner = "another", &config{}
		hidden.Ask = func() string { return "another" }
		if got, want := fmt.Sprintf("%+v", c), fmt.Sprintf("%+v", hidden); got != want {
			t.Errorf("the secret %q changes what is printed: %s, %s", secret, got, want)
		}
		got, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := json.Marshal(hidden); err != nil || string(got) != string(want) {
			t.Errorf("the secret %q changes the JSON: %s, %s", secret, got, want)
		}
	})
}
