"""Directives whose content is Markdown made from files, and what keeps their pages up to date."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Generated(SphinxDirective):
    """A directive whose content is Markdown made by `made(env, argument)`, parsed in place.

    What was made is kept with the page, and the page is read again when it would come out different (`outdated`).
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        argument = self.arguments[0] if self.arguments else ""
        try:
            lines = list(self.made(self.env, argument))
        except (ValueError, OSError) as error:
            raise self.error(f"{self.name} {argument}: {error}") from error
        kept(self.env).setdefault(self.env.docname, {})[self.name, argument] = lines
        container = nodes.container(classes=[self.name])
        self.state.nested_parse(lines, self.content_offset, container)
        return container.children


def kept(env):
    """{page: {(directive, argument): lines}}, stored with what Sphinx knows about the pages."""
    if not hasattr(env, "dlpath_made"):
        env.dlpath_made = {}
    return env.dlpath_made


def forget(app, env, docname):
    kept(env).pop(docname, None)


def merge(app, env, docnames, other):
    kept(env).update((name, made) for name, made in kept(other).items() if name in docnames)
