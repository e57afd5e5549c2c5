// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

const (
	// piece is how many bytes of a secret are a leak: texts are cut, at either end.
	piece = 10
	// shortest is how long a secret must be: of a shorter one a piece could be there by chance.
	shortest = piece
)

// Set is what must not get out. The zero value is empty and ready. It is safe for concurrent use.
type Set struct {
	mu      sync.Mutex
	secrets map[string]bool
	exact   map[string]string // pieces as they stand, and what they are pieces of
	folded  map[string]string // pieces in lower case, to be found in whatever case
}

// Plant adds secrets; name says in a report what they are. The empty string is none. One that is too short to be found for
// certain is a mistake in the test, and panics.
func (s *Set) Plant(name string, secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secrets == nil {
		s.secrets, s.exact, s.folded = map[string]bool{}, map[string]string{}, map[string]string{}
	}
	for _, secret := range secrets {
		switch {
		case secret == "" || s.secrets[secret]:
		case len(secret) < shortest:
			panic(fmt.Sprintf("canary: the %s has %d bytes, want %d", name, len(secret), shortest))
		default:
			s.secrets[secret] = true
			s.add(name+", begin", secret[:piece])
			s.add(name+", end", secret[len(secret)-piece:])
		}
	}
}

// add adds the forms of a piece.
func (s *Set) add(name, part string) {
	for _, form := range Forms() {
		if strings.HasPrefix(form.Name, "base64") {
			continue // a piece of what is encoded is no encoded piece
		}
		s.folded[strings.ToLower(form.Write(part))] = name + ", " + form.Name
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			s.exact[aligned(encoding, part, shift)] = name + ", base64"
		}
	}
}

// aligned is what is sure to be in the base64 of a text in which a part stands at a place that is shift behind a multiple of
// three: without the digits that depend on its neighbours.
func aligned(encoding *base64.Encoding, part string, shift int) string {
	digits := encoding.EncodeToString([]byte(strings.Repeat("x", shift) + part))
	first := (shift*8 + 5) / 6
	last := (shift + len(part)) * 8 / 6
	return digits[first:last]
}

// Secrets are all secrets, sorted.
func (s *Set) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.secrets))
}

// Find names the secrets in a text and their forms, sorted; nothing is well.
func (s *Set) Find(text string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]bool{}
	for part, name := range s.exact {
		if strings.Contains(text, part) {
			found[name] = true
		}
	}
	lower := strings.ToLower(text)
	for part, name := range s.folded {
		if strings.Contains(lower, part) {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
