// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/flowhistory/flowhistory/history/render"
)

// TestHTML holds that the reports are as they look: each tag that is written is an element where it was written, and
// nothing that came from a history is one. Parsers of HTML mend what is wrong instead of telling.
func TestHTML(t *testing.T) {
	t.Parallel()
	for _, x := range subjects() {
		page := written(t, func(w io.Writer) error { return render.HTML(w, x.execution, nil) })
		written := outline(t, x.name, page)
		document, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Errorf("%s: the parser refuses it: %v", x.name, err)
			continue
		}
		var parsed []string
		for n := range document.Descendants() {
			if n.Type == html.ElementNode {
				parsed = append(parsed, n.Data)
			}
		}
		if diff := cmp.Diff(written, parsed); diff != "" {
			t.Errorf("%s: elements mismatch (-written +parsed):\n%s", x.name, diff)
		}
	}
}

// outline are the elements of a page in order of their tags. Every tag has its end, and every attribute its own name.
func outline(t *testing.T, name string, page []byte) []string {
	t.Helper()
	void := []string{"meta", "link", "br", "hr", "img", "input"}
	var elements, open []string
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Errorf("%s: %v", name, z.Err())
			}
			if len(open) > 0 {
				t.Errorf("%s: never closed: %s", name, strings.Join(open, " "))
			}
			return elements
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			elements = append(elements, foreign(token.Data))
			checkAttributes(t, name, token)
			if token.Type == html.StartTagToken && !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			token := z.Token()
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Errorf("%s: </%s> closes what is not open: %s", name, token.Data, strings.Join(open, " "))
				return elements
			}
			open = open[:len(open)-1]
		case html.CommentToken:
			t.Errorf("%s: a comment: %s", name, z.Token().Data)
		}
	}
}

// foreign is the name that the parser gives an element of a picture: there, letters in capitals matter.
func foreign(name string) string {
	if name == "clippath" {
		return "clipPath"
	}
	return name
}

func checkAttributes(t *testing.T, name string, token html.Token) {
	t.Helper()
	seen := map[string]bool{}
	for _, a := range token.Attr {
		if seen[a.Key] || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
			t.Errorf("%s: <%s> has the attribute %s=%q", name, token.Data, a.Key, a.Val)
		}
		seen[a.Key] = true
	}
}
