// SPDX-License-Identifier: Apache-2.0

package historytest

import "testing"

// promise is one line of what iteration promises, checked on a fresh place: walk on the events of an execution, again on
// the executions of a workflow, and again on the workflows if the source lists them; once on the whole.
type promise struct {
	name string
	walk func(*trial)
	once func(*trial)
}

// TestClient checks each promise of a client, and of the source behind it, in a subtest of its own.
func TestClient(t *testing.T, h Harness) {
	t.Helper()
	runPromises(t, h, []promise{
		{name: "NoRequestBeforeRanging", walk: noRequestBeforeRanging},
		{name: "NextPageAfterTheLastItem", walk: nextPageAfterTheLastItem},
		{name: "PrefetchIsBounded", walk: prefetchIsBounded},
		{name: "OnePageIsOneRequest", walk: onePageIsOneRequest},
		{name: "RangingAgainStartsOver", walk: rangingAgainStartsOver},
		{name: "ConcurrentRangesAreIndependent", walk: concurrentRangesAreIndependent},
		{name: "LoopBodyMayUseTheClient", walk: loopBodyMayUseTheClient},
		{name: "PageSizesGiveTheSameItems", walk: pageSizesGiveTheSameItems},
		{name: "PagesHaveTheirCursors", walk: pagesHaveTheirCursors},
		{name: "EmptyPageGoesOn", once: emptyPageGoesOn},
		{name: "CirclesAreFound", once: circlesAreFound},
		{name: "EventsComeInOrderOnce", once: eventsComeInOrderOnce},
		{name: "RepeatedEventsAreLeftOut", once: repeatedEventsAreLeftOut},
		{name: "ExecutionsAreComplete", once: executionsAreComplete},
		{name: "ProviderAndScopeAreFilledIn", once: providerAndScopeAreFilledIn},
		{name: "OddDetailsAndTypesPassThrough", once: oddDetailsAndTypesPassThrough},
		{name: "OmitDetail", once: omitDetail},
		{name: "FiltersAreChecked", once: filtersAreChecked},
		{name: "Describe", once: describe},

		{name: "FollowEndsAtTheEnd", once: followEndsAtTheEnd},
		{name: "FollowResumesFromEveryError", once: followResumesFromEveryError},
		{name: "WaitEndsAtTheEnd", once: waitEndsAtTheEnd},

		{name: "ResumeFromEveryPage", walk: resumeFromEveryPage},
		{name: "ResumeAfterEveryEvent", once: resumeAfterEveryEvent},
		{name: "ResumeWhenTheHistoryHasGrown", once: resumeWhenTheHistoryHasGrown},
		{name: "ResumeFromEveryError", walk: resumeFromEveryError},
		{name: "ResumeFromEveryBrokenBody", walk: resumeFromEveryBrokenBody},
		{name: "BrokenBodyIsRetried", walk: brokenBodyIsRetried},
		{name: "ForeignAndDamagedCursors", once: foreignAndDamagedCursors},
		{name: "InvalidQueriesMakeNoRequest", once: invalidQueriesMakeNoRequest},

		{name: "OneErrorEndsTheSequence", walk: oneErrorEndsTheSequence},
		{name: "ErrorsHaveTheirKind", walk: errorsHaveTheirKind},
		{name: "UnknownNamesAreNotFound", once: unknownNamesAreNotFound},
		{name: "RetriesAreCounted", walk: retriesAreCounted},

		{name: "DeadContextStartsNoRequest", walk: deadContextStartsNoRequest},
		{name: "CancelAbortsARequestInFlight", walk: cancelAbortsARequestInFlight},
		{name: "CancelAbortsABodyInFlight", walk: cancelAbortsABodyInFlight},
		{name: "PageAlreadyReadComesFirst", walk: pageAlreadyReadComesFirst},
		{name: "DeadlineEndsAWalk", walk: deadlineEndsAWalk},
		{name: "DeadlineTooShortFailsAtOnce", walk: deadlineTooShortFailsAtOnce},
		{name: "AttemptTimeoutIsNotTheCallers", walk: attemptTimeoutIsNotTheCallers},

		{name: "LeavingLeavesNothingBehind", walk: leavingLeavesNothingBehind},
		{name: "NoSecretGetsOut", once: noSecretGetsOut},
	})
}

// TestSource checks a source's own, shorter duties, as history.Source lists them, each in a subtest of its own: also those
// of a WorkflowLister and a Waiter if it is one, and what history.Options asks of every source with a Wire.
func TestSource(t *testing.T, h Harness) {
	t.Helper()
	runPromises(t, h, []promise{
		{name: "Identity", once: sourceIdentity},
		{name: "NoRequestBeforeRanging", walk: sourceMakesNoRequestBeforeRanging},
		{name: "PagesEndWithAnEmptyNext", walk: sourcePagesEndWithAnEmptyNext},
		{name: "CursorsAreItsOwn", walk: sourceCursorsAreItsOwn},
		{name: "StateLivesInTheRange", walk: sourceStateLivesInTheRange},
		{name: "OneErrorWithoutItems", walk: sourceOneErrorWithoutItems},
		{name: "HonoursTheContext", walk: sourceHonoursTheContext},
		{name: "RepeatsNoEvent", once: sourceRepeatsNoEvent},
		{name: "DropsNothingThatPasses", once: sourceDropsNothingThatPasses},
		{name: "LeavesNothingBehind", walk: sourceLeavesNothingBehind},

		{name: "WaitDescribes", once: sourceWaitDescribes},
		{name: "WaitIsHeld", once: sourceWaitIsHeld},
		{name: "WaitHonoursTheContext", once: sourceWaitHonoursTheContext},

		{name: "IsObserved", walk: sourceIsObserved},
		{name: "LogsItsAttempts", walk: sourceLogsItsAttempts},
		{name: "AsksTheLimiter", walk: sourceAsksTheLimiter},
		{name: "BoundsItsAnswers", walk: sourceBoundsItsAnswers},
	})
}

func runPromises(t *testing.T, h Harness, promises []promise) {
	t.Helper()
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			if p.once != nil {
				p.once(newTrial(t, h, walksEvents))
				return
			}
			for _, walks := range newTrial(t, h, walksEvents).kinds() {
				t.Run(walks.String(), func(t *testing.T) { p.walk(newTrial(t, h, walks)) })
			}
		})
	}
}
