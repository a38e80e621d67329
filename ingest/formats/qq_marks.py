"""What qq-chat-exporter writes into a text for what is no text: replies, pictures, forwards."""

import re

REPLY = re.compile(r"^(?:\[回复(?:消息)?(?:[ :：][^\]\n]*)?\]|\[CQ:reply,[^\]]*\])\s*")
MEDIA = re.compile(
    r"(?:\s*\[(?:(?:图片|视频|语音|文件|位置|动画表情|商城表情|卡片|JSON|位置消息|JSON消息|红包)"
    r"(?:[:： ][^\]\n]*)?|CQ:(?:image|video|record|file|json|mface|face)[^\]]*"
    r"|(?:image|video|audio|file|、)+消息|表情消息)\])+\s*"
)
FORWARD = "[转发消息]"
NOTICE = "[系统消息]"
NOTHING = "[无文本内容]"
