// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/flowhistory/flowhistory/history"
)

// The sides of a walk over a long history.
const (
	sideOfficial  = "official"
	sideFloor     = "floor"
	sidePlain     = "no prefetch"
	sideAhead     = "Prefetch 2"
	sideBare      = "OmitDetail"
	sideBareAhead = "OmitDetail, Prefetch 2"
)

const walkEvents = 100_000

// walkSides opens every way of reading one history of n events. close ends the host.
func walkSides(n int) (sides []side, closing func(), err error) {
	const name = "long"
	pages := book{}
	pages.add(name, n, largestPage)
	h, err := serve(pages.answer, 0)
	if err != nil {
		return nil, nil, err
	}
	official, err := officialFnF(h, name, largestPage)
	if err != nil {
		return nil, h.close, err
	}
	floor, err := floorFnF(h, name, n)
	if err != nil {
		return nil, h.close, err
	}
	plain, err := openFnF(h, 0)
	if err != nil {
		return nil, h.close, err
	}
	ahead, err := openFnF(h, 2)
	if err != nil {
		return nil, h.close, err
	}
	whole := history.EventQuery{Ref: execution(name)}
	bare := history.EventQuery{Ref: execution(name), OmitDetail: true}
	return []side{
		official, floor,
		oursFnF(sidePlain, plain, whole), oursFnF(sideAhead, ahead, whole),
		oursFnF(sideBare, plain, bare), oursFnF(sideBareAhead, ahead, bare),
	}, h.close, nil
}

func measureWalks(ctx context.Context, runs int) ([]figure, error) {
	sides, closing, err := walkSides(walkEvents)
	if closing != nil {
		defer closing()
	}
	if err != nil {
		return nil, err
	}
	all, err := interleave(ctx, runs, sides...)
	if err != nil {
		return nil, err
	}
	times := func(name, of string) float64 { return all[name].rate() / all[of].rate() }
	speed := func(f figure, name string) figure { return f.noted("%.2f M events/s", all[name].rate()/1e6) }
	return []figure{
		speed(stated("official loop: allocations an event", all[sideOfficial].allocs(), ""), sideOfficial),
		speed(stated("signed floor, times the official loop", times(sideFloor, sideOfficial), "x"), sideFloor),
		speed(atLeast("no prefetch, times the official loop", times(sidePlain, sideOfficial), "x", 3.4, 4), sidePlain),
		atMost("no prefetch: allocations an event", all[sidePlain].allocs(), "", 0.55, 0),
		atMost("no prefetch: bytes an event", all[sidePlain].bytes(), "B", 360, 0),
		speed(atLeast("Prefetch 2, times the official loop", times(sideAhead, sideOfficial), "x", 6, 7.5), sideAhead),
		atLeast("Prefetch 2, of the signed floor", times(sideAhead, sideFloor), "x", 0.6, 0),
		speed(atLeast("OmitDetail, times the official loop", times(sideBare, sideOfficial), "x", 3.6, 4.4), sideBare),
		speed(atLeast("OmitDetail, Prefetch 2, times the official loop", times(sideBareAhead, sideOfficial), "x", 6.5, 8), sideBareAhead),
		atMost("OmitDetail: bytes an event", all[sideBare].bytes(), "B", 60, 0),
	}, nil
}
