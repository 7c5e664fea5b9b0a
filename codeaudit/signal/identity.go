package signal

import (
	"strings"

	"sallyport/codeaudit/change"
)

// Whether a commit is by whom it says. Only what the commit, its signature and a push log state; who somebody is is never asked.

func (s *scan) scanIdentity() {
	c := s.Commit
	if c.Signature.State == change.Broken {
		s.addCommit("who.bad-signature", c.Author.Email, 1, "a signature is there and does not verify")
	}
	if c.Pusher != "" && !samePerson(c.Pusher, c.Author) && !samePerson(c.Pusher, c.Committer) {
		s.addCommit("who.pushed-by-other", c.Pusher, 1, "author "+c.Author.Email+", committer "+c.Committer.Email)
	}
	if c.Author.Email == "" || !strings.Contains(c.Author.Email, "@") && c.Author.Name == "" {
		s.addCommit("who.nobody", c.Author.Name+" <"+c.Author.Email+">", 0.5, "")
	}
	if c.Evil {
		s.addCommit("merge.own-lines", c.Subject(), 1, "the merge holds lines that none of its parents has")
	}
}

// samePerson compares an account of a push log with an identity of a commit: the address, its local part, or the name.
func samePerson(account string, p change.Person) bool {
	account = strings.ToLower(strings.TrimSpace(account))
	mail := strings.ToLower(p.Email)
	local, _, _ := strings.Cut(mail, "@")
	if at := strings.IndexByte(local, '+'); at >= 0 { // 123456+login@users.noreply.github.com
		local = local[at+1:]
	}
	return account == mail || account == local || strings.EqualFold(account, p.Name)
}
