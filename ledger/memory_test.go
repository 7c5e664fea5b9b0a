package ledger_test

import (
	"testing"

	"sallyport/ledger"
	"sallyport/ledger/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) ledger.Store { return ledger.NewMemory() })
}
