// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Whatever Options and ClientOptions both have is handed on, also what is added one day.
func TestClientOptionsOfOptions(t *testing.T) {
	t.Parallel()
	o := &history.Options{Logger: slog.New(slog.DiscardHandler), PollInterval: time.Second, Prefetch: 3}
	got := reflect.ValueOf(o.ClientOptions()).Elem()
	for i := range got.NumField() {
		name := got.Type().Field(i).Name
		want := reflect.ValueOf(o).Elem().FieldByName(name)
		if !want.IsValid() || want.IsZero() || !want.Equal(got.Field(i)) {
			t.Errorf("%s is %v, want that of the Options, %v", name, got.Field(i), want)
		}
	}
	if none := (*history.Options)(nil).ClientOptions(); none != nil {
		t.Errorf("those of nil are %+v, want nil", none)
	}
}

// A client without a source is a mistake of the program, which shows where it is made.
func TestNewClientOfNothing(t *testing.T) {
	t.Parallel()
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "nil Source") {
			t.Errorf("it panics with %q, want a text about a nil Source", text)
		}
	}()
	history.NewClient(nil, nil)
}
