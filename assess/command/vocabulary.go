package command

import (
	"strings"
	"sync"

	"sallyport/assess/value"
)

// Many tools are described by what their sub-commands and operands do, without a grammar of their own for options. For them a long option counts
// as understood only when it is in a vocabulary: the options that some table names, and the ones below. Anything else is said to be not understood.

// moreOptions are long options of tools that are described this way, by families.
const moreOptions = `
--abbrev-ref --porcelain --is-inside-work-tree --is-inside-git-dir --is-bare-repository --others --bool --get-regexp --error-unmatch --abort --allow-empty --ff-only --exact-match --is-ancestor --left-right --set-upstream-to --set-default --autosquash --cherry-pick --unset-all --get-all --get-urlmatch --replace-all --no-index --word-diff-regex --numstat --stdin-paths --keep-cr --three-way --allow-unrelated-histories --unmerged --no-tags --dissociate
--break-system-packages --constraint --unsafe-perm --legacy-peer-deps --network-timeout --userconfig --omit --self-contained --configuration --use-pep517 --wheel --sdist --showduplicates --set-enabled --set-disabled --add-repo --setopt --security --immutable --activate --active --lts --dearmor --armor --with-colons --with-fingerprint --no-default-keyring --detach-sign --clearsign --batch --import --export-secret-keys --recv-keys --send-keys --list-secret-keys --fingerprint --gen-key --full-generate-key --quick-generate-key --delete-keys --edit-key --export-ownertrust --import-ownertrust --check-sigs --list-packets --list-sigs --refresh-keys --search-keys --receive-keys --yes
--network-cache --all-databases --add-drop-table --add-drop-database --extended-insert --create-options --disable-keys --set-charset --skip-comments --column-inserts --no-tablespaces --quick --events --master-data --source-data --flush-logs --flush-privileges --where --ignore-table --no-data --no-create-info --no-create-db --compact --complete-insert --default-character-set --connect_timeout --pgdata --basedir --initialize --bootstrap --debconf-ok --www --www-prefix
--accept-package-agreements --accept-source-agreements --account --action --add --add-host --admin --advertise-address --after --agent --all-namespaces --all-containers --all-features --all-targets --allow-downgrades --allow-root --allow-overwrite --allow-unsafe
--amend --annotate --append --apply --apply-immediately --arch --archive --args --ask-become-pass --ask-pass --ask-vault-pass --asc --assume-yes --as-json --atomic --attach --audit --auth --author --auto --auto-approve --auto-remove --autoremove --auto-migrate --autostash --available
--backend --background --backup --backup-dir --bare --base --batch --become --become-user --before --bind --binary --blame --block --body --boot --both --branch --branches --bridge --brief --broadcast --build --build-arg --buffer --bytes
--ca-file --cache --cache-dir --cached --capabilities --cask --cascade --cert --certfile --certs --change --changed --channel --chart --chdir --check --checkout --checksum --children --chown --chmod --ci --class --classic --clean --cleanup --clear --client --clone --cluster --color --colors --colour --column --columns --combined --command --comment --commit --commits --compact --compact-output --compare --compile --complete
--compress --compression --concurrency --condition --conf --config --config-dir --config-file --configure --confirm --connect --connect-timeout --console --container --contains --content --context --continue --copy --count --cpu --cpus --create --create-home --create-namespace --create-dirs --credentials --csv --cumulative --current --cwd --cidr --columns --coverage
--daemon --daemonize --data --data-dir --database --databases --date --datadir --days --ddl --debug --decode --decrypt --decorate --deep --default --default-branch --defaults --deferred --define --delay --delete --delete-branch --delete-emptydir-data --delete-local-data --dependencies --depth --deps --desc --describe --description --dest --destination --destroy --detach --detached --detail --details --dev --device --devel --devices --diff --diff-filter --digest --dir --direct --directory --dirs --dirstat --disable --disable-password --disabled-login --disabled-password --discard --disk --display --dist --distance --dns --domain --domains --download --download-only --draft --driver --drop --dry-run --dryrun --dump --duration
--edit --editable --editor --email --empty --enable --enable-host --encrypt --encoding --encryption --endpoint --endpoints --enforce --engine --engine-config --entrypoint --env --env-file --environment --eval --events --exact --exclude --exclude-standard --exec --execute --exit-code --exit-status --expand --experimental --expire --expiredate --export --expose --extended --extension --extra --extra-index-url --extra-vars --extra-args
--fail --fail-fast --family --fast --features --fetch --field --field-selector --fields --file --filename --files --fill --filter --find --find-links --find-renames --fingerprint --first --first-parent --fix --fixup --flag --flags --flush --follow --follow-tags --force --force-conflicts --force-badname --force-new --force-reinstall --force-yes --force-with-lease --fork --forks --format --forward --fqdn --frozen --frozen-lockfile --from --from-file --from-literal --full --full-index --full-history --function --fuzzy
--gecos --gen --generate --generate-name --gid --gids --git --git-dir --global --gpg --gpg-sign --gpus --grace-period --graph --grep --group --groups --gui --gzip
--hard --hash --head --header --headers --headless --health --height --help --hidden --hide --history --home --home-dir --hook --hooks --host --hostname --hosts --hot --hours --html --http --https --human --human-readable
--id --identity --ids --if-exists --if-not-exists --ignore --ignore-case --ignore-daemonsets --ignore-errors --ignore-engines --ignore-installed --ignore-missing --ignore-not-found --ignore-platform-reqs --ignore-scripts --ignore-unavailable --image --images --immediate --import --in-place --include --include-crds --include-untracked --incremental --indent --index --index-url --info --ingroup --init --initial-branch --inline --inode --input --inplace --insecure --insecure-skip-tls-verify --insecure-registry --inspect --install --instance --interactive --interface --internal --interval --inventory --ip --ipv4 --ipv6 --is-shallow-repository --isolated --issue --item --items --iterations
--job --jobs --join --json --jsonpath --keep --keep-index --keep-going --key --key-file --keyfile --keyring --keys --keyserver --kind --kubeconfig --kube-context --kernel
--label --labels --language --last --latest --layout --lenient --level --license --lib --limit --line --lines --line-numbers --link --linger --list --list-all --listen --local --location --lock --lock-timeout --locked --lockfile --log --log-dir --log-driver --log-file --log-format --log-level --log-opt --logfile --logs --long --loop --loose --ls
--machine --machine-readable --mail --mailto --make-default --manifest --manual --manpage --map --mask --master --match --max --max-age --max-count --max-depth --max-size --maxdepth --max-history --max-old-space-size --maxfail --memory --merge --merged --message --metadata --method --metric --migrate --min --min-depth --minimal --minimum --minutes --mirror --mode --module --modules --monitor --month --more --mount --mounts --mtu --multi --multiline
--name --name-only --name-status --names --names-only --namespace --namespaces --net --network --networks --never --new --new-window --next --no --no-act --no-audit --no-auto-default --no-backup --no-browser --no-build-isolation --no-cache --no-cache-dir --no-check --no-check-certificate --no-clean --no-clobber --no-color --no-colour --no-commit --no-commit-id --no-compile --no-config --no-confirm --no-create-home --no-debug --no-deps --no-dev --no-default-features --no-ff --no-fund --no-edit --no-ext-diff --no-external --no-fail
--no-git-tag-version --no-headers --no-hooks --no-input --no-install --no-install-recommends --no-interaction --no-interactive --no-legend --no-limit --no-lock --no-log-init --no-merges --no-merged --no-modify-path --no-network --no-newlines --no-nodejs --no-option --no-optional --no-output --no-owner --no-pager --no-parallel --no-password --no-paginate --no-plugins --no-preserve --no-privileges --no-progress --no-prompt --no-prune --no-pull --no-quiet --no-rebase --no-recreate --no-redirect --no-renames --no-restart --no-rm --no-root --no-run-if-empty --no-same-owner --no-save --no-scripts --no-single-branch --no-ssl --no-start
--no-stash --no-stat --no-stream --no-suggest --no-sync --no-tags --no-target --no-test --no-tls --no-tty --no-trunc --no-undo --no-update --no-upgrade --no-user --no-user-group --no-usersite --no-verify --no-verify-ssl --no-wait --no-walk --no-warn --no-warnings --no-warn-script-location --node --nodejs --nodes --noheader --noinput --noconfirm --nogroup --non-interactive --non-unique --none --noprofile --normal --not --note --notes --notify --now --null --number --numeric --nofork
--object --offline --offset --ok --older-than --once --one-file-system --oneline --oneshot --only --only-show --only-upgrade --onto --open --opt --optimize --optimize-autoloader --option --optional --options --order --order-by --orphan --os --out --outdir --output --output-dir --output-document --output-file --overlay --override --overwrite --owner --origin --ours
--package --packages --page --pager --paginate --parallel --parameter --parameters --parents --parent --part --partial --pass --password --password-stdin --patch --path --paths --pattern --pending --percent --period --perm --permanent --permissions --persist --phase --pid --pid-file --pidfile --ping --pkg --plain --plan --platform --platforms --play --plugin --plugins --point --points-at --policy --pool --port --ports --post-data --post-renderer --pre --precision --preferred-challenges --prefer-dist --prefer-offline --prefix --preserve --pretty --preview --print --priority --private --private-key --privileged --process --prod --production --profile --profiles --progress --project --project-directory --project-name --prompt --properties --property --protocol --provider --provision --proxy --prune --public --publish --pull --purge --push --python
--query --queue --quick --quiet --quit --quota
--range --raw --raw-output --read --read-only --readonly --read-timeout --reason --rebase --rebuild --recipient --recipients --reconfigure --record --recreate --recurse-submodules --recursive --redirect --ref --refresh --refs --regex --regexp --region --register --registry --reinstall --reject --release --reload --remote --remotes --remove --remove-all-files --remove-home --remove-orphans --remove-source --rename --repair --repeat --replace --replicas --repo --repository --report --request --require --required --requirement --requirements --rerun --reset --reset-values --resolve --resource --resource-version --resources --restart --restore --restricted --result --results --resume --retries --retry --return --reuse-values --reverse --revision --rm --role --roles --rollback --root --root-dir --route --row --rule --rules --run --running --runtime
--safe --same-owner --sample --save --save-dev --scale --schema --schema-only --data-only --scope --screen --script --scripts --search --secret --secrets --section --secure --select --selector --self --send --separate-git-dir --separator --sequence --serial --server --server-side --service --service-account --services --session --set --set-env --set-file --set-json --set-string --set-upstream --setup --shallow --shallow-since --shared --shell --short --shortstat --show --show-all --show-current --show-error --show-labels --show-managed-fields --show-only --show-progress --show-toplevel --side-by-side --sign --signal --signed --signoff --silent --simple --simulate --since --single --single-branch --single-transaction --site --size --skip --skip-add-locks --skip-lock-tables --lock-tables --skip-crds --skip-tests --skip-unavailable --sleep --slot --snapshot --socket --soft --sort --sort-by --source --source-only --sources --space --sparse --spec --split --squash --squash-merge --src --ssh --ssl --stable --stack --staged --standalone --start --started --starttls --stash --stat --state --state-file --static --stats --status --stdin --stdout --step --stop --storage --store --strategy --stream --strict --string --strip --style --sub --subject --submodule --subnet --subscription --subset --suffix --suite --summary --supported --sync --sysctl --system --shred
--table --tables --tag --tags --tail --target --target-dir --targets --task --team --template --template-file --templates --temp --tenant --term --test --tests --text --theirs --threads --threshold --time --time-format --timeout --timestamp --timestamps --timezone --title --tls --tls-verify --tlscacert --tlscert --tlskey --tlsverify --tmpfs --to --token --tool --top --topic --total --trace --track --tracked --trailer --transport --tree --triggers --routines --hex-blob --truncate --trust --trusted-host --tty --tunnel --type --types
--uid --unattended --undo --uninstall --unified --unique --unit --units --unlink --unlock --unmanaged --unset --unsigned --unstaged --unstable --until --untracked --untracked-files --unused --update --update-deps --upgrade --upload --upstream --uri --url --urls --usage --use --use-feature --user --user-group --user-name --username --users --utc --utf8 --uuid
--validate --value --value-only --values --var --var-file --variable --variables --vault-password-file --vendor --verbose --verify --version --versions --view --volume --volumes --vv --vvv --volume-driver
--wait --wait-for-jobs --warn --warning --warnings --watch --web --webroot --week --weight --where --wide --width --wildcard --window --with --with-deps --with-registry --without --word-diff --work-tree --workdir --worker --workers --workflow --working-dir --working-directory --workspace --workspaces --wrap --write --yaml --year --yes --zip --zone --zones --zsh
--dport --sport --dports --sports --ctstate --match --jump --goto --protocol --source --destination --in-interface --out-interface --table --append --insert --state --limit --limit-burst --to-destination --to-source --to-ports --reject-with --log-prefix --icmp-type --comment --mark --set-mark --set-xmark --save-mark --restore-mark --physdev-is-bridged --src-range --dst-range --mac-source --uid-owner --gid-owner --tcp-flags --syn --wait --line-numbers --numeric --clamp-mss-to-pmtu --set-mss --multiport --match-set --add-set --seconds --hitcount --rcheck --rsource --dst-type --src-type --random-fully --queue-num --connlimit-above --string --algo --hashlimit-name --hashlimit-above
--zone --permanent --add-service --remove-service --add-port --remove-port --add-rich-rule --remove-rich-rule --add-source --remove-source --add-interface --list-all --list-services --list-ports --list-rich-rules --get-default-zone --set-default-zone --get-active-zones --get-zones --reload --complete-reload --query-service --query-port --query-rich-rule --add-masquerade --direct --new-zone --runtime-to-permanent --panic-on --panic-off --may-exist --if-exists --protocols
--login --no-login --create --shell --comment --system --gid --groups --uid --home --move-home --lock --unlock --inactive --expiredate --maxdays --mindays --warndays --lastday --stdin --remove --force --skel --no-user-group --delete --encrypted --crypt-method --expire --keep-tokens
--newmenu --yesno --msgbox --infobox --inputbox --passwordbox --textbox --menu --checklist --radiolist --gauge --scrolltext --backtitle --title --defaultno --default-item --separate-output --output-fd --noitem --notags --nocancel --yes-button --no-button --ok-button --cancel-button --fb --clear --topleft --error --warning --question --entry --list --column --progress --pulsate --auto-close --text --window-icon --timeout --multi --height --preview --preview-window --prompt --header --reverse --ansi --exit-0 --select-1 --bind --expect --cycle --hide-text
--bytes --json --paths --noheadings --nodeps --output-all --pairs --raw --inverse --merge --topology --bytes --perms --fs --zoned --noempty --virt --si --giga --mega --kilo --total --wide --online --offline --extended --parse --physical --hex --sysroot --export --low-probe --match-token --match-tag --cache-file --garbage-collect --uptime --since --pretty --short --codename --release --id --description --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system --options --units --nosuffix --separator --segments --select --reportformat --noheadings --aligned --unquoted --mountpoint --evaluate --first-only --canonicalize --df --fstab --mtab --poll --submounts --tab-file --notruncate --nofsroot --real --pseudo --dev --quiet
--yes-i-really-mean-it --yes-i-really-really-mean-it --autobalance --mkfs-options --thinpool --thin --stripes --extents --poolmetadatasize --resizefs --fs-type --metadata --raid-devices --level --assemble --scan --detail --examine --stop --fail --manage --grow --bitmap --zero-superblock --homehost --readwrite --test --key-size --cipher --iter-time --pbkdf --key-slot --header --allow-discards --batch-mode --verify-passphrase --use-random --type
--apt --cdrom --disk --graphics --location --noautoconsole --os-variant --ram --vcpus --virt-type --filesystem --boot --cpu --import --initrd-inject --video --console --sound --controller --onboot --cores --hostname --rootfs --unprivileged --ostype --net0 --nameserver --searchdomain --swap --features --nesting --storage --template --ssh-public-keys --mp0 --scsi0 --ide2 --agent --ostype --sockets --scsihw --bios --machine --serial0 --vga --ipconfig0 --ciuser --cipassword --sshkeys --balloon --numa --tablet --tags --purge --destroy-unreferenced-disks --skiplock --overrule-shutdown --forceStop --pool --compress --mode --node --vmid --mailnotification --remove --maxfiles --prune-backups --content
`

// vocabulary is every long option that is understood anywhere.
var vocabulary = sync.OnceValue(func() map[string]bool {
	words := wordSet(moreOptions)
	for _, set := range []map[string]bool{dockerValues, kubeValues, gpgValues, cloudOneValue, cloudFlags} {
		for w := range set {
			words[w] = true
		}
	}
	var add func(s *spec, depth int)
	add = func(s *spec, depth int) {
		for _, l := range s.longs {
			words[l] = true
		}
		if depth > 0 {
			for _, sub := range s.subs {
				add(sub, depth-1)
			}
		}
	}
	for n := range table() {
		add(table().find(n), 4)
	}
	delete(words, "--*")
	return words
})

// freeWords are commands whose arguments are text or an expression, or are judged by another spec, so that a dash says nothing.
var freeWords = wordSet(`true : false test [ [[ echo let expr select function until time - printf chmod gchmod dd find gfind bfs openssl busybox toybox coproc
	init_is_upstart log_daemon_msg log_end_msg log_action_msg log_failure_msg log_success_msg log_warning_msg log_progress_msg log_begin_msg log_action_begin_msg log_action_end_msg log_action_cont_msg log_use_fancy_output
	db_get db_set db_input db_go db_fset db_fget db_purge db_reset db_stop db_version db_subst db_title db_capb db_register db_unregister db_settitle db_metaget`)

// familiar records a long option that nothing here knows. rest of name: what stands before "=".
func (e *eval) familiar(o value.Str) {
	if freeWords[e.name] || grammars().find(e.name) != nil || !o.HasPrefix("--") || o.Is("--") {
		return
	}
	name, _, _ := o.CutAny("=")
	c, known := name.Const()
	if !known {
		e.unknown("option %q of %s is not known", o, e.name)
		return
	}
	if vocabulary()[c] || strings.HasPrefix(c, "--no-") && vocabulary()["--"+c[5:]] || strings.HasPrefix(c, "---") {
		return
	}
	e.unknown("option %q of %s is not understood", c, e.name)
}

// familiarAll is familiar for all operands up to "--".
func (e *eval) familiarAll() {
	for _, o := range e.operands {
		if o.Is("--") {
			return
		}
		e.familiar(o)
	}
}
