"""`graphlink completion`: print what completes commands in a shell."""

import click


@click.command(short_help="Print a completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that lets a shell complete graphlink's commands and options.

    \b
    Examples:
      graphlink completion bash > ~/.local/share/bash-completion/completions/graphlink
      graphlink completion zsh > ~/.zfunc/_graphlink
      graphlink completion fish > ~/.config/fish/completions/graphlink.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(
            kind(click.get_current_context().find_root().command, {}, "graphlink", "_GRAPHLINK_COMPLETE").source()
        )
