"""Public opening lines: what tools and frameworks put before every prompt of every customer.

They say which tool an account uses and nothing about who runs it, so they are taken off before a prompt is
fingerprinted. A line belongs here when a published tool or a framework's default sends it word for word; whatever a
customer writes behind it stays. Compared in small letters, with white space made single; a match may end anywhere in a
text, so each line is given as far as it is the same in all releases.
"""

from __future__ import annotations

from typing import Final

PUBLIC_OPENINGS: Final[tuple[str, ...]] = (
    # Coding tools. The first is checked by the provider for subscription traffic, and relays inject it.
    "You are Claude Code, Anthropic's official CLI for Claude, running within the Claude Agent SDK.",
    "You are Claude Code, Anthropic's official CLI for Claude.",
    "You are a Claude agent, built on Anthropic's Claude Agent SDK.",
    "You are an agent for Claude Code, Anthropic's official CLI for Claude.",
    "You are an interactive CLI tool that helps users with software engineering tasks.",
    "You are an interactive agent that helps users with software engineering tasks.",
    "Use the instructions below and the tools available to you to assist the user.",
    "You are a coding agent running in the Codex CLI, a terminal-based coding assistant.",
    "Codex CLI is an open source project led by OpenAI.",
    "You are expected to be precise, safe, and helpful.",
    "You are an interactive CLI agent specializing in software engineering tasks.",  # Gemini CLI, Qwen Code
    (
        "Your primary goal is to help users safely and efficiently, adhering strictly to the following "
        "instructions and utilizing your available tools."
    ),
    "You are opencode, an interactive CLI tool that helps users with software engineering tasks.",
    (
        "You are Cline, a highly skilled software engineer with extensive knowledge in many programming "
        "languages, frameworks, design patterns, and best practices."
    ),
    (
        "You are Roo, a highly skilled software engineer with extensive knowledge in many programming languages, "
        "frameworks, design patterns, and best practices."
    ),
    "You are an expert coding assistant operating inside pi, a coding agent harness.",
    "You are an AI programming assistant.",  # GitHub Copilot, three lines
    "You are an expert AI programming assistant, working with a user in the VS Code editor.",
    'When asked for your name, you must respond with "GitHub Copilot".',
    "Follow the user's requirements carefully & to the letter.",
    "You are a powerful agentic AI coding assistant, powered by Claude 3.5 Sonnet.",  # Cursor
    "You are a powerful agentic AI coding assistant, powered by Claude 3.7 Sonnet.",
    "You are a powerful agentic AI coding assistant.",
    "You operate exclusively in Cursor, the world's best IDE.",
    "You are pair programming with a USER to solve their coding task.",
    (
        "You are Cascade, a powerful agentic AI coding assistant designed by the Windsurf engineering team: a "
        "world-class AI company based in Silicon Valley, California."
    ),
    (
        "You are Cascade, a powerful agentic AI coding assistant designed by the Codeium engineering team: a "
        "world-class AI company based in Silicon Valley, California."
    ),
    "Act as an expert software developer.",  # Aider
    "Always use best practices when coding.",
    "Respect and use existing conventions, libraries, etc that are already present in the code base.",
    # Frameworks' defaults and documentation.
    "You are a helpful assistant.",
    "You are a helpful AI assistant.",
    "You are a helpful, respectful and honest assistant.",  # Llama
    "Always answer as helpfully as possible, while being safe.",
    "You are ChatGPT, a large language model trained by OpenAI.",
    "You are Qwen, created by Alibaba Cloud.",
    "The assistant is Claude, created by Anthropic.",
    "Solve tasks using your coding and language skills.",  # AutoGen
    "The following is a friendly conversation between a human and an AI.",  # LangChain
    "The AI is talkative and provides lots of specific details from its context.",
    "If the AI does not know the answer to a question, it truthfully says it does not know.",
    "Answer the following questions as best you can.",
    "You have access to the following tools:",
    "Use the following pieces of context to answer the question at the end.",
    "If you don't know the answer, just say that you don't know, don't try to make up an answer.",
    "You are an assistant for question-answering tasks.",
    "Use the following pieces of retrieved context to answer the question.",
    "Context information is below.",  # LlamaIndex
)

BILLING_LINE: Final = r"x-anthropic-billing-header:[^\n]*"
"""A line of another build and hash in each release, which a coding tool sends as its first block (RE2)."""
