"""Traditional characters that the reader's words are written with, sign for sign.

Only what numbers, units, dates, verbs of saying and linked words need; places in the text stay
where they are, and what is shown is the article's own writing.
"""

from __future__ import annotations

TRADITIONAL = (
    "億萬個兩幾數餘點顆輛間張隻塊條項種輪處圓歐韓盧幣噸時週鐘歲後號紀來過約達將進於滿內級"
    "稱說報導認為佈預計測顯寫強調發據統這該關稅電動車國開額價訓練資亞馬遜軟華騰輝廠產線"
    "網絡構會長總經濟學師導節體與從據東億區術機構縮場佔僅還對應際聯氣應儲備實單當滯遠標準領"
)
SIMPLIFIED = (
    "亿万个两几数余点颗辆间张只块条项种轮处圆欧韩卢币吨时周钟岁后号纪来过约达将进于满内级"
    "称说报导认为布预计测显写强调发据统这该关税电动车国开额价训练资亚马逊软华腾辉厂产线"
    "网络构会长总经济学师导节体与从据东亿区术机构缩场占仅还对应际联气应储备实单当滞远标准领"
)
_TO_SIMPLIFIED = str.maketrans(TRADITIONAL, SIMPLIFIED)


def to_simplified(text: str) -> str:
    """Write a text in simplified characters, as far as the reader's words go.

    Examples
    --------
    >>> to_simplified("達到10.4兆度,約4億個")
    '达到10.4兆度,约4亿个'
    """
    return text.translate(_TO_SIMPLIFIED)
