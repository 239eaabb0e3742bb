"""Documents of the sample that are formatted: the quality policy and a regulation, in our own words."""

from __future__ import annotations

from documents.content import Content

POLICY = Content(
    text="""
<p class="centre"><strong>Đúng pháp luật · Đúng hạn · Công khai · Lắng nghe</strong></p>
<p class="justify">Ủy ban nhân dân cam kết xây dựng, áp dụng, duy trì và cải tiến Hệ thống quản lý chất lượng theo TCVN ISO 9001:2015, với bốn
điều sau:</p>
<ol>
<li><strong>Đúng pháp luật.</strong> Giải quyết thủ tục hành chính theo quy trình đã được phê duyệt; kịp thời đề nghị sửa đổi khi pháp luật
thay đổi.</li>
<li><strong>Đúng hạn, công khai từng bước.</strong> Người dân biết hồ sơ của mình đang ở đâu, do ai làm, đến khi nào.</li>
<li><strong>Lắng nghe.</strong> Lấy sự hài lòng của người dân và doanh nghiệp làm thước đo; mỗi góp ý được trả lời đúng hạn.</li>
<li><strong>Cải tiến.</strong> Sai sót được ghi nhận, tìm nguyên nhân và khắc phục; không tái diễn.</li>
</ol>
<p class="justify">Mọi cán bộ, công chức có trách nhiệm <em>hiểu, thực hiện và góp phần cải tiến</em> chính sách này.</p>
""",
    rich=("text",),
)

REGULATION = Content(
    text="""
<h2>Chương I. Quy định chung</h2>
<h3>Điều 1. Phạm vi, đối tượng</h3>
<p class="justify">Quy chế này quy định việc tiếp công dân và tiếp nhận phản ánh, kiến nghị tại trụ sở cơ quan. Quy chế áp dụng với mọi cán bộ,
công chức được phân công tiếp công dân.</p>
<h3>Điều 2. Nguyên tắc</h3>
<ul>
<li>Tiếp công dân công khai, dân chủ, đúng thẩm quyền.</li>
<li>Giữ bí mật họ tên, địa chỉ, bút tích của người tố cáo.</li>
<li>Không tiếp nhận tiền, quà dưới mọi hình thức.</li>
</ul>
<h2>Chương II. Lịch và trách nhiệm</h2>
<h3>Điều 3. Lịch tiếp công dân</h3>
<table>
<thead><tr><th>Ngày</th><th>Người tiếp</th><th>Nơi tiếp</th><th>Thời gian</th></tr></thead>
<tbody>
<tr><th>Thứ Ba hằng tuần</th><td>Phó Chủ tịch</td><td>Phòng tiếp công dân</td><td><p class="centre">8:00 – 11:00</p></td></tr>
<tr><th>Thứ Năm, tuần thứ hai của tháng</th><td>Chủ tịch</td><td>Phòng tiếp công dân</td><td><p class="centre">8:00 – 16:30</p></td></tr>
<tr><th>Các ngày làm việc khác</th><td colspan="2">Công chức Văn phòng, tại Bộ phận Một cửa</td><td><p class="centre">Giờ làm việc</p></td></tr>
</tbody>
</table>
<h3>Điều 4. Các bước tiếp công dân</h3>
<ol>
<li>Mời ngồi, ghi họ tên, nội dung vào <u>Sổ tiếp công dân</u>.</li>
<li>Nghe, hỏi rõ và phân loại:
<ul><li>phản ánh, kiến nghị: chuyển đơn vị có thẩm quyền trong ngày;</li><li>khiếu nại, tố cáo: hướng dẫn và xử lý theo luật.</li></ul></li>
<li>Trả lời hoặc hẹn ngày trả lời; ghi kết quả vào sổ.</li>
</ol>
<blockquote><p>Vụ việc vượt thẩm quyền được báo cáo Chủ tịch <strong>trong ngày</strong>.</p></blockquote>
""",
    rich=("text",),
)
