package main

import (
	"os"

	"sallyport"
	"sallyport/gateway"
	"sallyport/web/webhook"
)

// startWebhook begins to tell the configured address when something waits. It gives what the gateway calls, or nil where
// nobody is to be told.
func (n *node) startWebhook() (func(gateway.Notice), error) {
	c := n.cfg.Webhook
	if c.URL == "" {
		return nil, nil
	}
	if c.SecretFile == "" {
		return nil, sallyport.Errorf(sallyport.Invalid, "webhook.url is set and webhook.secret_file is not").WithHint("head -c 32 /dev/urandom | base64 > webhook.secret")
	}
	secret, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "webhook.secret_file: %w", err)
	}
	n.hook, err = webhook.Start(webhook.Config{URL: c.URL, Secret: sallyport.NewSecret(secret), Logger: n.logger})
	if err != nil {
		return nil, err
	}
	return n.hook.Notify, nil
}
