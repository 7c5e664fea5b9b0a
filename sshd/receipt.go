package sshd

import (
	"context"

	"sallyport"
)

// receipt writes the receipt of a session that is over, byte for byte, to standard output. It opens no session: whoever asks for a receipt is
// about to leave.
func (c *channel) receipt(ctx context.Context, session string) int {
	b, err := c.k.s.Service.Receipt(ctx, c.k.caller, sallyport.SessionID(session))
	if err == nil {
		_, err = c.ch.Write(b)
	}
	if err != nil {
		return c.failed(err)
	}
	return 0
}
