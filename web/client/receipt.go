package client

import (
	"context"
	"io"

	"sallyport"
)

// maxReceipt bounds a receipt, in bytes: an entry, a proof and a checkpoint.
const maxReceipt = 1 << 20

// Receipt fetches the receipt of a session that is over, as the file that it is; "last" is the caller's last one as engineer. Nothing of it is verified here.
func (c *Client) Receipt(ctx context.Context, s sallyport.SessionID) ([]byte, error) {
	req, err := c.request(ctx, "GET", api+"sessions/"+seg(s)+"/receipt", nil)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxReceipt))
	if err != nil {
		return nil, c.unreachable(err)
	}
	if res.StatusCode/100 != 2 {
		return nil, failure(res, b)
	}
	return b, nil
}
