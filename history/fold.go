// SPDX-License-Identifier: Apache-2.0

package history

import (
	"iter"
	"sync"
)

// Fold reads events to their end and returns the execution that they tell of, with the tree of its steps. It returns
// what it has plus the error when the sequence ends with one (the execution then has the Diagnostic read_cut_short), or
// when an event is of another execution than the first: that is ErrInvalid.
//
// The tree comes from the chain of causes (Event.Cause), not from positions or names alone, so that branches may
// interleave and a step may run many times. No document says which event is the cause of which, so every reading that
// the documents allow is accepted: the event before on the same branch, or the one that scheduled it. Where a chain is
// broken, an event goes to the best guess and the Diagnostic broken_chain names the step.
//
// What had not ended when the execution ended is TimedOut when the execution timed out, Failed when the step that the
// execution failed with is in it, and else Stopped. A branch or iteration that exited is Succeeded unless the last step
// in it failed. A step whose task did not end before the step did keeps a Running attempt until the execution ends.
//
// Nothing that is wrong with the events is an error, and nothing is silent: see Diagnostics of the result. Their codes:
//
//	missing_start     no ExecutionStarted was read
//	missing_events    IDs are missing (native events only)
//	no_end            the execution has ended, but its events do not say so (Client.Execution only)
//	missing_outcome   a step was exited, and neither success nor failure was read
//	repeated_event    an ID came again; the second event was ignored
//	out_of_order      an ID came after a larger one (native events only)
//	exit_without_entry  something ended of which no beginning was read; it has no step
//	unknown_type      an event's type is in no document
//	clock_backwards   an event's time is before that of the event before it
//	broken_chain      an event's place is a guess
//	events_after_end  an event has a larger ID than the one that ended the execution
//	unclosed_step     the execution succeeded and a step never ended
//	other_execution   an event of another execution was ignored (Folder only)
//	read_cut_short    reading ended with an error
//
// Of one code at most 100 are listed; one more then says how many were left out.
func Fold(events iter.Seq2[Event, error]) (Execution, error) {
	f := borrowFolder()
	defer f.giveBack()
	var failed error
	for e, err := range events {
		if err != nil {
			failed = err
			break
		}
		if _, ours := f.take(&e); !ours {
			failed = f.otherRef(e.Ref)
			break
		}
	}
	if failed != nil {
		f.cut(failed)
	}
	return f.Execution(), failed
}

// folders are Folders that nobody uses. Of the memory that folding needs only what is returned is then allocated: to collect
// the rest takes longer than to fold.
var folders sync.Pool

func borrowFolder() *Folder {
	if f, ok := folders.Get().(*Folder); ok {
		return f
	}
	return new(Folder)
}

// giveBack forgets everything first: nothing of an execution is kept, and what was returned does not change.
func (f *Folder) giveBack() {
	f.reset()
	folders.Put(f)
}
