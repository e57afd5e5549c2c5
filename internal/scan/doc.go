// SPDX-License-Identifier: Apache-2.0

// Package scan reads JSON by pulling: the caller, who knows what an answer looks like, asks for one thing after the other
// and gets it without anything in between being built. It takes and refuses what encoding/json does, to the byte, and says
// of what it refuses whether it ended early or is no JSON; but it does not look behind what it was asked for.
//
// A [Scanner] reads a text in memory, or slides a window over an io.Reader. Nothing that it returns as []byte outlives the
// next call; [Scanner.Append] copies, and [Words] turns the few words that come again and again into strings.
//
// Objects are read like this, and arrays with Array and Next in the place of Object and Field:
//
//	if s.Object() {
//		for field, ok := s.Field(keys); ok; field, ok = s.Field(keys) {
//			switch field {
//			case keyName:
//				name = words.String(s.Text())
//			default:
//				s.Skip()
//			}
//		}
//	}
//	if err := s.Err(); err != nil { … }
//
// After the first error every call returns its zero value and does nothing, so that one look at Err at the end is enough.
package scan
