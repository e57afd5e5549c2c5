// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The fields of an execution, in the order of the document's example. Both spellings of those that the document spells in
// two ways are here, and what is empty never replaces what is not: so the one that says something wins.
const (
	fieldApprovers = iota
	fieldBeginTime
	fieldCreateBy
	fieldEndTime
	fieldExecutionID
	fieldNodes
	fieldProjectID
	fieldStatus
	fieldCamelEditTime
	fieldWorkflowID
	fieldCreatedBy
	fieldUpdateTime
	fieldEditTime
	fieldLastRecordID
	fieldInput
	fieldOutput
)

// executionFields are the names of the fields, in the order of their constants.
func executionFields() []string {
	return []string{
		"approve_user_name_list", "begin_time", "create_by", "end_time", "execution_id", "execution_result_list", "project_id",
		"status", "workflowEditTime", "workflow_id", "created_by", "last_update_time", "workflow_edit_time",
		"last_record_id_with_snapshot", "input", "output",
	}
}

// The fields of a node, and their names in the same order.
const (
	fieldNodeBegin = iota
	fieldNodeEnd
	fieldFunctionID
	fieldNodeID
	fieldNodeOutput
	fieldNodeStatus
)

func nodeFields() []string {
	return []string{"begin_time", "end_time", "function_execution_id", "node_id", "output", "status"}
}

// itemReader reads executions. What the scanner ran into is its Err; the errors that methods return are those of the content.
type itemReader struct {
	scan.Scanner
	fields, nodes *scan.Keys
	bare          [][]byte // names of fields without underscores
	name          []byte   // the name of a field, likewise
	whole         []byte   // the answer, if each node is to be kept as it was sent; nil = not

	words   scan.Words // what is the same in many executions
	nodeIDs scan.Sequence
	states  scan.Sequence // of nodes
	shapes  scan.Shapes   // of outputs
	texts   scan.Texts    // what is not
	outputs scan.Texts    // apart, because history.ExecutionQuery.OmitDetail lets go of them
}

func newItemReader() *itemReader {
	names := executionFields()
	r := &itemReader{fields: scan.NewKeys(names...), nodes: scan.NewKeys(nodeFields()...)}
	for _, name := range names {
		r.bare = append(r.bare, []byte(strings.ReplaceAll(name, "_", "")))
	}
	return r
}

// What bounds the memory that one execution takes: "{}," is three bytes of an answer and a hundred times that as a step. What
// the documents allow is far below.
const (
	mostNodes     = 10_000
	mostApprovers = 10_000
	mostUnknown   = 1_000 // fields
)

// execution reads an object.
func (r *itemReader) execution(x *executionItem) error {
	x.reset()
	unknown := 0
	for r.Object(); ; {
		field, ok := r.Field(r.fields)
		if !ok {
			break
		}
		if field == scan.Unknown {
			field = r.unusual()
		}
		if field == scan.Unknown {
			if unknown++; unknown > mostUnknown {
				return wire.Unreadable("there are more than %d fields that are in no document", mostUnknown)
			}
		}
		if err := r.field(x, field); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	return x.check()
}

// unusual is the field whose name has underscores in other places than the documents have, in whatever case.
func (r *itemReader) unusual() int {
	r.name = r.name[:0]
	for part := range bytes.SplitSeq(r.Name(), []byte("_")) {
		r.name = append(r.name, part...)
	}
	return slices.IndexFunc(r.bare, func(name []byte) bool { return bytes.EqualFold(name, r.name) })
}

// field reads the value of a field of an execution.
func (r *itemReader) field(x *executionItem, field int) error {
	switch field {
	case fieldWorkflowID:
		r.word(&x.WorkflowID)
	case fieldExecutionID:
		r.text(&x.ExecutionID, &r.texts)
	case fieldStatus:
		r.word(&x.Status)
	case fieldBeginTime:
		r.stamp(&x.BeginTime)
	case fieldEndTime:
		r.stamp(&x.EndTime)
	case fieldUpdateTime:
		r.stamp(&x.UpdateTime)
	case fieldCreatedBy, fieldCreateBy:
		r.word(&x.CreatedBy)
	case fieldApprovers:
		return r.approvers(x)
	case fieldNodes:
		return r.nodeList(x)
	case fieldProjectID:
		r.word(&x.ProjectID)
	case fieldEditTime, fieldCamelEditTime:
		r.stamp(&x.EditTime)
	case fieldLastRecordID:
		r.text(&x.LastRecordID, &r.texts)
	case fieldInput:
		r.text(&x.Input, &r.outputs)
	case fieldOutput:
		r.text(&x.Output, &r.outputs)
	default:
		r.other(x)
	}
	return nil
}

// other reads a field that is in no document.
func (r *itemReader) other(x *executionItem) {
	name := r.words.String(r.Name())
	var value wire.Text
	switch r.Kind() {
	case scan.Object, scan.Array:
		r.Skip()
	default:
		r.text(&value, &r.texts)
	}
	if value == "" || !value.Plain() {
		return
	}
	if x.Others == nil {
		x.Others = make(map[string]wire.Text)
	}
	x.Others[name] = value
}

// approvers reads a list of names. As in encoding/json, one that is sent again is read over the one before: what is empty
// replaces nothing.
func (r *itemReader) approvers(x *executionItem) error {
	const name = "approve_user_name_list"
	switch r.Kind() {
	case scan.Array:
	case scan.Null:
		r.Skip()
		x.Approvers = emptied(x.Approvers)
		return nil
	default:
		return r.strange(name)
	}
	n := 0
	for r.Array(); r.Next(); n++ {
		if n == mostApprovers {
			return wire.Unreadable("%s: there are more than %d names", name, mostApprovers)
		}
		if n == cap(x.Approvers) {
			x.Approvers = slices.Grow(x.Approvers, 1)
		}
		if n >= len(x.Approvers) {
			x.Approvers = x.Approvers[:n+1]
		}
		r.word(&x.Approvers[n])
	}
	x.Approvers = x.Approvers[:n]
	if n == 0 {
		x.Approvers = emptied(x.Approvers)
	}
	return nil
}

// nodeList reads the node results. A list that is sent again replaces the one before.
func (r *itemReader) nodeList(x *executionItem) error {
	const name = "execution_result_list"
	switch r.Kind() {
	case scan.Array:
	case scan.Null:
		r.Skip()
		return nil
	case scan.Object:
		return wire.Unreadable("%s: want a list, it begins {", name)
	default:
		sent := clip(r.Text())
		if r.Err() != nil {
			return r.Err()
		}
		return wire.Unreadable("%s: want a list, it begins %s", name, sent)
	}
	clear(x.Nodes)
	x.Nodes = x.Nodes[:0]
	for r.Array(); r.Next(); {
		if len(x.Nodes) >= mostNodes {
			return wire.Unreadable("%s: there are more than %d node results; the document says at most 200", name, mostNodes)
		}
		x.Nodes = append(x.Nodes, nodeItem{})
		node := &x.Nodes[len(x.Nodes)-1]
		switch r.Kind() {
		case scan.Object:
			r.node(node)
		case scan.Null:
			r.Skip()
			node.missing = true
		default:
			return r.strange(name)
		}
	}
	return nil
}

// node reads an object.
func (r *itemReader) node(n *nodeItem) {
	begin := r.Offset()
	for r.Object(); ; {
		field, ok := r.Field(r.nodes)
		if !ok {
			break
		}
		switch field {
		case fieldNodeID:
			r.guess(&n.NodeID, &r.nodeIDs)
		case fieldNodeBegin:
			r.stamp(&n.BeginTime)
		case fieldNodeEnd:
			r.stamp(&n.EndTime)
		case fieldFunctionID:
			r.text(&n.FunctionID, &r.texts)
		case fieldNodeOutput:
			n.Output = r.outputs.String(r.RawLike(&r.shapes)) // the last one counts, null too
		case fieldNodeStatus:
			r.guess(&n.Status, &r.states)
		default:
			r.Skip()
		}
	}
	if r.whole != nil && r.Err() == nil {
		n.raw = wire.Valid(r.whole[begin:r.Offset()])
	}
}

// word reads a text that other executions have, too.
func (r *itemReader) word(t *wire.Text) {
	if sent := r.Text(); len(sent) > 0 {
		*t = wire.Text(r.words.String(sent))
	}
}

// guess is word for what each node has.
func (r *itemReader) guess(t *wire.Text, seq *scan.Sequence) {
	if word := r.Word(&r.words, seq); word != "" {
		*t = wire.Text(word)
	}
}

// text reads a text into memory of its kind. What is empty replaces nothing.
func (r *itemReader) text(t *wire.Text, memory *scan.Texts) {
	if sent := r.Text(); len(sent) > 0 {
		*t = wire.Text(memory.String(sent))
	}
}

// stamp reads a time.
func (r *itemReader) stamp(s *stamp) {
	if n, ok := r.Whole(); ok { // nearly always
		s.take(stamp{plain: true, number: n})
		return
	}
	raw := r.Raw()
	if len(raw) == 0 {
		return
	}
	if n, ok := wholeNumber(raw); ok {
		s.take(stamp{plain: true, number: n})
		return
	}
	s.take(stamp{sent: wire.Valid(raw)})
}

// strange reads a value of a type that cannot be taken as it stands, and returns an error that says so.
func (r *itemReader) strange(field string) error {
	kind := r.Kind()
	r.Skip()
	if err := r.Err(); err != nil {
		return err
	}
	return strangeType(field, kind.String())
}

// endOfAnswer makes sure that nothing comes behind what was read.
func (r *itemReader) endOfAnswer() error {
	if r.End() {
		return nil
	}
	if err := r.Err(); !isSyntax(err) {
		return err
	}
	return errBehind()
}
