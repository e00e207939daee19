export const shells = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof shells)[number]

// What is offered is filtered by gwscen, and quoted by the shell: `compgen -W` would expand it.
const bash = `# gwscen in bash. In ~/.bashrc: eval "$(gwscen completion bash)"
_gwscen() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(gwscen complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _gwscen gwscen
`

const zsh = `#compdef gwscen
# gwscen in zsh. In ~/.zshrc, behind compinit: eval "$(gwscen completion zsh)"
_gwscen() {
  local -a found
  found=("\${(@f)$(gwscen complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then
    compadd -- "$found[@]"
  else
    _files
  fi
}
compdef _gwscen gwscen
`

const fish = `# gwscen in fish. In ~/.config/fish/config.fish: gwscen completion fish | source
function __gwscen_words
  set -l before (commandline -opc)
  set -l found (gwscen complete -- $before[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c gwscen -f -a '(__gwscen_words)'
`

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish }
