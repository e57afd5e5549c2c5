// SPDX-License-Identifier: Apache-2.0

// Package scan reads JSON by pulling: the caller, who knows what an answer looks like, asks for one thing after the other
// and gets it without anything in between being built. It takes and refuses what encoding/json does, to the byte, and says
// of what it refuses whether it ended early or is no JSON; but it does not look behind what it was asked for.
//
// A [Scanner] reads a text in memory, or slides a window over an io.Reader. Nothing that it returns as []byte outlives the
// next call; [Scanner.Append] copies, and [Words] turns the few words that come again and again into strings.
//
// Lists are long, and their items alike. What is likely to come next is compared instead of read: the keys of an object by
// [Keys], a word of one field by [Sequence], a value that nobody looks into by [Shapes], and with [Scanner.Ahead] whatever
// the caller can guess.
//
// Objects are read like this, and arrays with Array and Next in the place of Object and Field:
//
//	if s.Object() {
//		for field, ok := s.Field(keys); ok; field, ok = s.Field(keys) {
//			switch field {
//			case keyName:
//				name = s.Word(&words, &names)
//			default:
//				s.Skip()
//			}
//		}
//	}
//	if err := s.Err(); err != nil { … }
//
// After the first error every call returns its zero value and does nothing, so that one look at Err at the end is enough.
package scan
