package main

import (
	"context"

	"sallyport"
)

// startWebhook tells the configured address when something waits.
func (n *node) startWebhook(context.Context) error {
	if n.cfg.Webhook.URL == "" {
		return nil
	}
	return sallyport.Errorf(sallyport.Invalid, "webhook.url is set, and this build cannot send webhooks")
}
