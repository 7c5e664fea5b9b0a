package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"apt-config shell A Dir::State", ""},
		{"apt-config -c /a dump", "read /a"},
		{"nscd -i passwd", "may service nscd"},
		{"nscd -f /a", "read /a; service nscd"},
		{"update-ca-certificates --fresh --hooksdir ''", "write trusted certificates"},
		{"update-ca-certificates --hooksdir /a", "write trusted certificates; unknown update-ca-certificates: runs the programs in its directory of hooks"},
		{"update-catalog --quiet --add /etc/sgml/a.cat /b", "write /etc/sgml/a.cat"},
		{"update-catalog --update-super", "write /etc/sgml/catalog"},
		{"update-xmlcatalog --add --root --package a --type public --id -//A//B", "write /etc/xml/catalog"},
		{"update-xmlcatalog --del --package a --local /a --type public --id x", "write /etc/xml/a.xml"},
		{"pam-auth-update --package --remove a", "persist /etc/pam.d/common-*"},
		{"shadowconfig off", "account /etc/passwd"},
		{"helpztags /a", "write /a"},
		{"gio-querymodules /a", "write /a"},
		{"gtk-query-immodules-3.0 --update-cache", "write cache of input methods"},
		{"htcacheclean -n -t -p/a -l3M", "delete /a"},
		{"htcacheclean -d30 -P /b -p/a -l3M", "write /b; delete /a; service htcacheclean"},
		{"htcacheclean -D -p /a", ""},
		{"ypwhich -d a", "connect NIS server"},
		{"update-alternatives --install /usr/bin/a a /bin/b -100", "create /usr/bin/a"},
	}...)
}
