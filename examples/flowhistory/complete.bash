# SPDX-License-Identifier: Apache-2.0

# Completion of flowhistory for bash, from 3.2 on. It needs nothing but bash itself.
_flowhistory() {
  local cur=${COMP_WORDS[COMP_CWORD]} word line token i
  local -a words=() lines=()
  for word in "${COMP_WORDS[@]:0:COMP_CWORD}"; do
    [[ $word == = ]] || words+=("$word") # bash takes --flag=value apart
  done
  case $cur in
    =) cur= ;;
    -*) words+=("$cur") ;;
  esac
  words[0]=${words[0]/#\~/$HOME}

  COMPREPLY=()
  while IFS= read -r line; do
    token=${line%%:*} # what is behind it says what it does
    if [[ -n $token && $token == "$cur"* ]]; then
      COMPREPLY+=("$token")
      lines+=("$line")
    fi
  done <<<"$("${words[@]}" --generate-shell-completion 2>/dev/null)"

  if [[ ${COMP_TYPE-} == 63 && ${#COMPREPLY[@]} -gt 1 ]]; then # they are shown, and none is inserted
    for i in "${!lines[@]}"; do
      line=${lines[i]}
      [[ $line != *:* ]] || COMPREPLY[i]=$(printf '%-14s  %s' "${line%%:*}" "${line#*:}")
    done
  fi
}

complete -o bashdefault -o default -F _flowhistory flowhistory
