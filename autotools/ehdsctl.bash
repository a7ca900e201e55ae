# SPDX-License-Identifier: EUPL-1.2
# bash completion of ehdsctl. Verbs and options are read from its own help, so they are never out of date.

_ehdsctl_packs()
{
	local folder name
	local IFS=:
	for folder in ${EHDS_MAPPINGS:-/usr/share/ehdsd/mappings:/usr/local/share/ehdsd/mappings}; do
		for name in "$folder"/*/*/pack.yaml; do
			[ -f "$name" ] || continue
			name=${name#"$folder"/}
			printf '%s\n' "${name%/pack.yaml}"
		done
	done
}

_ehdsctl_words()
{
	"${COMP_WORDS[0]}" help ${1:+"$1"} 2>/dev/null |
		if [ -n "$1" ]; then
			sed -n 's/^\(  -[A-Za-z0-9], \|      \)\(--[a-z-]*\).*/\2/p'
		else
			sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'
		fi
}

_ehdsctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ] || { [ "$COMP_CWORD" -eq 2 ] && [ "$verb" = help ]; }; then
		mapfile -t COMPREPLY < <(compgen -W "$(_ehdsctl_words) help --version" -- "$word")
		return
	fi
	case $before in
	-f | --from)
		mapfile -t COMPREPLY < <(compgen -W "$(_ehdsctl_packs)" -- "$word")
		return ;;
	--also)
		mapfile -t COMPREPLY < <(compgen -W "markdown-html url-example" -- "$word")
		return ;;
	-a | --as)
		mapfile -t COMPREPLY < <(compgen -W "fhir-json fhir-xml" -- "$word")
		return ;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W "text json junit" -- "$word")
		return ;;
	--level)
		mapfile -t COMPREPLY < <(compgen -W "information warning error" -- "$word")
		return ;;
	-s | --state)
		mapfile -t COMPREPLY < <(compgen -W "received converted forwarded done refused held" -- "$word")
		return ;;
	--mappings | --conformance | --into | --folder)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		compopt -o filenames
		return ;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_ehdsctl_words "$verb")" -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -f -- "$word")
	compopt -o filenames
}

complete -F _ehdsctl ehdsctl
